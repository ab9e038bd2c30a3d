import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { scanResult } from '../../shared/contract/check-ins.ts';
import { type OwnDevice, ownEvent } from '../support/own-event.ts';
import { ask, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const EVENT = 'enforced-2023';
const answered = z.object({ results: z.array(scanResult) });
const counted = z.object({ sessions: z.array(z.object({ sessionId: z.string(), inside: z.number() })) });

const stored = z.object({
  title: z.record(z.string(), z.string()),
  venueId: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
});

/** How the capacity of a room that is in use comes to be enforced. */
const ROOMS = [
  { sessionId: 'patched', inside: 1, limit: 3, how: 'patch' },
  { sessionId: 'overfull', inside: 5, limit: 4, how: 'patch' },
  { sessionId: 'unlimited', inside: 2, limit: 7, how: 'capacity' },
  { sessionId: 'imported', inside: 2, limit: 5, how: 'import' },
  { sessionId: 'to-and-fro', inside: 1, limit: 2, how: 'to and fro' },
] as const;
type Room = (typeof ROOMS)[number];
const COMING = 12;

describe('an organizer who begins to enforce a capacity while doors are busy', () => {
  let system: TestTurnout;
  let own: Awaited<ReturnType<typeof ownEvent>>;
  let doors: OwnDevice[];
  let codes: string[];

  beforeAll(async () => {
    system = await startTestTurnout();
    const sessions = ROOMS.map(({ sessionId, limit, how }) => ({
      sessionId,
      admission: how === 'capacity' ? {} : { capacity: limit },
    }));
    own = await ownEvent(system, EVENT, sessions);
    doors = await Promise.all([1, 2, 3, 4].map((door) => own.pair(`Door ${door}`)));
    const people = Array.from({ length: 200 }, (_, number) => ({
      badgeId: `B-${number}`,
      category: 'delegate' as const,
    }));
    codes = await own.issue(people);
  });
  afterAll(() => system.stop());

  const enter = async (sessionId: string): Promise<string> => {
    const badge = codes.pop();
    const door = doors[codes.length % doors.length];
    const scan = { scanId: randomUUID(), sessionId, badge, scannedAt: new Date().toISOString() };
    const response = await ask(system.credentials, 'POST', `/events/${EVENT}/check-ins`, {
      token: door?.token ?? '',
      body: { scans: [scan] },
    });
    const [result] = response.json(answered).results;
    return result?.reason ?? result?.outcome ?? '';
  };
  const patch = async (
    session: string,
    admission: { capacity?: number; capacityMode: 'advisory' | 'enforced' },
  ) => {
    const params = { event: EVENT, session };
    const { etag } = await own.client.call('GET /v1/events/{event}/sessions/{session}', { params });
    await own.client.call('PATCH /v1/events/{event}/sessions/{session}', {
      params,
      body: { admission },
      ifMatch: etag ?? '',
    });
  };

  const begin: Record<Room['how'], (room: Room) => Promise<unknown>> = {
    patch: ({ sessionId }) => patch(sessionId, { capacityMode: 'enforced' }),
    capacity: ({ sessionId, limit }) => patch(sessionId, { capacity: limit, capacityMode: 'enforced' }),
    import: async ({ sessionId, limit }) => {
      const known = await own.organizer('GET', `/sessions/${sessionId}`);
      const { title, venueId, startsAt, endsAt } = known.json(stored);
      const admission = { capacity: limit, capacityMode: 'enforced' };
      const sessions = [{ sessionId, title, venueId, startsAt, endsAt, admission }];
      // Other rooms are changed at the same time, and a file is applied to the programme that it was worked out for.
      const send = () => own.organizer('POST', '/programme', { sessions });
      await vi.waitFor(send, { timeout: 20_000, interval: 50 });
    },
    'to and fro': async ({ sessionId }) => {
      await patch(sessionId, { capacityMode: 'enforced' });
      await patch(sessionId, { capacityMode: 'advisory' });
      await enter(sessionId);
      await patch(sessionId, { capacityMode: 'enforced' });
    },
  };

  it.concurrent.each(ROOMS)('$sessionId: nobody is let in beyond it from the answer on', async (room) => {
    const { sessionId, inside, limit, how } = room;
    for (let person = 0; person < inside; person += 1) expect(await enter(sessionId)).toBe('admitted');
    await begin[how](room);
    const before = inside + (how === 'to and fro' ? 1 : 0);
    const heard = await Promise.all(Array.from({ length: COMING }, () => enter(sessionId)));
    const admitted = heard.filter((outcome) => outcome === 'admitted').length;
    expect(heard.every((outcome) => outcome === 'admitted' || outcome === 'session_full')).toBe(true);
    expect(admitted).toBe(Math.max(0, limit - before));
  });

  it('leaves counts and gates that agree', async () => {
    const verified = await own.organizer('POST', '/attendance/verify');
    expect(verified.json(z.object({ drift: z.array(z.unknown()) })).drift).toEqual([]);
    const { sessions } = (await own.organizer('GET', '/attendance')).json(counted);
    const expected = ROOMS.map(({ sessionId, inside, limit }) => ({
      sessionId,
      inside: Math.max(inside, limit),
    }));
    expect(sessions.map(({ sessionId, inside }) => ({ sessionId, inside }))).toEqual(
      expect.arrayContaining(expected),
    );
  });
});
