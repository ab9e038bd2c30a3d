import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../shared/runtime/principal.ts';
import { aSession, type Doors, openDoors } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const EVENT = 'annul';
let engine: TestEngine;
let doors: Doors;
beforeAll(async () => {
  engine = await startTestEngine();
  doors = await openDoors(engine, { event: EVENT, sessions: [aSession('hall'), aSession('annex')] });
});
afterAll(() => engine.stop());

const device = (role: 'scanner' | 'supervisor', sessions: string[] | null): Principal => ({
  kind: 'device',
  deviceId: 's-9',
  event: EVENT,
  role,
  sessions,
});
const organizer: Principal = { kind: 'user', subject: 'u-1', roles: ['organizer'], events: [EVENT] };

const admitted = async (badgeId: string) => {
  const scanId = randomUUID();
  const scannedAt = new Date().toISOString();
  await doors.send('d-1', [{ scanId, sessionId: 'hall', badge: doors.codeOf(badgeId), scannedAt }]);
  return { scanId, sessionId: 'hall', badgeId };
};

test('a supervisor takes scans back at the doors of its scope, and at no other', async () => {
  const scan = await admitted('B-1');
  expect((await doors.tryAnnul(scan, device('supervisor', ['annex']))).status).toBe(403);
  expect((await doors.records('hall')).get('B-1')?.scans[0]?.annulled).toBeUndefined();
  expect((await doors.tryAnnul(scan, device('supervisor', ['hall']))).status).toBe(200);
});

test('an organizer takes any scan back, and is kept by no name', async () => {
  const scan = await admitted('B-2');
  expect((await doors.tryAnnul(scan, organizer)).json['attendance'].inside).toBe(false);
  expect((await doors.tryAnnul(scan, organizer)).status).toBe(200);
  const [kept] = (await doors.records('hall')).get('B-2')?.scans ?? [];
  expect(kept?.annulled).toMatchObject({ deviceId: 'user:u-1', reason: 'wrong person' });
});

test('nobody else does', async () => {
  const scan = await admitted('B-3');
  expect((await doors.tryAnnul(scan, device('scanner', null))).status).toBe(403);
  expect((await doors.tryAnnul(scan, { ...organizer, roles: ['viewer'] })).status).toBe(403);
});
