import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanResult } from '../../shared/contract/check-ins.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { aSession, type Doors, openDoors } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const EVENT = 'walk-ins';
const guest = { category: 'delegate', country: 'SG', name: 'Ada Lovelace', company: 'Analytical Engines' };

let engine: TestEngine;
let doors: Doors;
beforeAll(async () => {
  engine = await startTestEngine();
  const small = { capacity: 1, capacityMode: 'enforced' };
  const sessions = [aSession('hall'), aSession('closet', { admission: small })];
  doors = await openDoors(engine, { event: EVENT, sessions });
});
afterAll(() => engine.stop());

test('somebody without a badge is registered and let in, in one step', async () => {
  const { status, json } = await doors.walkIn({ badge: guest, sessionId: 'hall', scanId: randomUUID() });
  expect(status).toBe(201);
  expect(json['badge']).toMatchObject(guest);
  expect(scanResult.parse(json['result'])).toMatchObject({
    outcome: 'admitted',
    badge: { badgeId: json['badge'].badgeId },
  });
  const { code, badgeId } = json['badge'];
  const [exit] = await doors.send('d-1', [
    {
      scanId: randomUUID(),
      sessionId: 'hall',
      badge: code,
      direction: 'exit',
      scannedAt: new Date().toISOString(),
    },
  ]);
  expect(exit).toMatchObject({ outcome: 'left', badge: { badgeId } });
  const badges = badgeStore(engine.documents, 'Registry');
  expect((await badges.findNames(EVENT, 'lovelace', { limit: 10 })).items).toContain(badgeId);
});

test('sending it again, also at once, registers nobody twice', async () => {
  const body = { badge: guest, sessionId: 'hall', scanId: randomUUID() };
  const answers = await Promise.all([doors.walkIn(body), doors.walkIn(body), doors.walkIn(body)]);
  const again = await doors.walkIn(body);
  const told = [...answers, again].map(({ json }) => [json['badge'].code, json['result'].outcome]);
  expect(new Set(told.map(String)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect([again.status, again.json['result'].replayed]).toEqual([200, true]);
});

test('without a session somebody is registered and nowhere admitted', async () => {
  const { status, json } = await doors.walkIn({ badge: { category: 'press' }, scanId: randomUUID() });
  expect([status, json['result'], json['badge'].name]).toEqual([201, null, null]);
});

test('the room’s rules hold: what refuses them is said, and the badge is there', async () => {
  const walkIn = () => doors.walkIn({ badge: guest, sessionId: 'closet', scanId: randomUUID() });
  expect((await walkIn()).json['result'].outcome).toBe('admitted');
  const second = await walkIn();
  expect([second.status, second.json['result'].reason]).toEqual([201, 'session_full']);
  expect(second.json['badge'].code).toMatch(/^WALKIN-/);
});

test('only a supervisor registers, and only as what the event knows', async () => {
  const body = { badge: guest, scanId: randomUUID() };
  expect((await doors.walkIn(body, 'scanner')).status).toBe(403);
  const king = await doors.walkIn({ ...body, badge: { category: 'king' } });
  expect([king.status, king.json['errors'][0].pointer]).toEqual([400, '/badge/category']);
});

test('supervisors hear the name of who was scanned, scanners do not', async () => {
  const { json } = await doors.walkIn({ badge: guest, sessionId: 'hall', scanId: randomUUID() });
  expect(json['result'].badge.name).toBe(guest.name);
  const { code, badgeId } = json['badge'];
  const scan = (badge: string) => ({
    scanId: randomUUID(),
    sessionId: 'hall',
    badge,
    scannedAt: new Date().toISOString(),
  });
  const scans = () => [scan(code), scan(doors.codeOf('no-record')), scan('nobody')];
  const toSupervisor = await doors.send('s-1', scans(), 'supervisor');
  expect(toSupervisor.map(({ badge }) => badge && [badge.badgeId, badge.name])).toEqual([
    [badgeId, guest.name],
    ['no-record', null],
    null,
  ]);
  const toScanner = await doors.send('d-1', scans());
  expect(toScanner.map(({ badge }) => badge?.name ?? null)).toEqual([null, null, null]);
});
