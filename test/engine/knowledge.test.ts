import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conferences } from '../../shared/door/conference.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { doorProgrammes } from '../../shared/store/door-programme.ts';
import { aSession, openDoors } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const noAnswer = () => Object.assign(new Error('no answer'), { name: 'TimeoutError' });

/** Stores of which every call fails while `down`. */
const withHiccups = <Store extends object>(store: Store, state: { down: boolean }): Store =>
  new Proxy(store, {
    get: (target, name, self) => {
      if (state.down) throw noAnswer();
      return Reflect.get(target, name, self);
    },
  });

describe('the Registry hiccups', () => {
  test('a door goes on with what it knew, for a quarter of an hour', async () => {
    const event = 'hiccup';
    const { codeOf } = await openDoors(engine, { event, sessions: [aSession('hall')] });
    const state = { down: false };
    const programme = doorProgrammes(engine.documents, 'Registry');
    let now = Date.now();
    const badges = badgeStore(engine.documents, 'Registry');
    const imported = {
      badgeId: 'B-7',
      category: 'press' as const,
      country: null,
      name: null,
      company: null,
      code: 'TICKET-7',
      issue: 1,
      reissuedAt: null,
      reissuedReason: null,
      revokedAt: null,
      revokedReason: null,
    };
    await badges.save(event, [{ before: undefined, after: imported }], now);
    const door = conferences({
      programme: async (name) => {
        if (state.down) throw noAnswer();
        return programme(name);
      },
      badges: withHiccups(badges, state),
      counts: withHiccups(countStore(engine.client, 'Counts'), state),
      clock: () => now,
    });
    const before = await door.conference(event);
    expect(await door.badgesIn(before)('TICKET-7', now)).toMatchObject({ kind: 'known', badgeId: 'B-7' });
    expect(await door.occupancyOf(event, 'hall')).toBe(0);
    state.down = true;
    now += 10 * 60_000;
    const during = await door.conference(event);
    expect(during.asOf).toBe(before.asOf);
    expect(during.sessions.has('hall')).toBe(true);
    expect(await door.badgesIn(during)(codeOf('B-1'), now)).toMatchObject({ kind: 'known' });
    expect(await door.badgesIn(during)('TICKET-7', now)).toMatchObject({ kind: 'known', badgeId: 'B-7' });
    expect(await door.occupancyOf(event, 'hall')).toBeNull();
    now += 5 * 60_000;
    await expect(door.conference(event)).rejects.toThrow('no answer');
    state.down = false;
    now += 2000;
    expect((await door.conference(event)).asOf).toBe(now);
  });
});

test('a session that was created a moment ago is looked up before it is refused', async () => {
  const event = 'fresh';
  let ahead = 0;
  const doors = await openDoors(engine, {
    event,
    sessions: [aSession('hall')],
    clock: () => Date.now() + ahead,
  });
  const scan = async (sessionId: string) => {
    const scannedAt = new Date().toISOString();
    const badge = doors.codeOf(`B-${sessionId}`);
    const [result] = await doors.send('d-1', [{ scanId: randomUUID(), sessionId, badge, scannedAt }]);
    return result?.reason ?? result?.outcome;
  };
  expect(await scan('hall')).toBe('admitted');
  const record = await doors.events.existing(event);
  await doors.programmes.replace(record, { venues: [], sessions: [aSession('hall'), aSession('annex')] });
  ahead = 3000;
  expect(await scan('annex')).toBe('admitted');
  expect(await scan('nowhere')).toBe('unknown_session');
});
