import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { log } from '../../shared/runtime/log.ts';
import { aSession, openDoors } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  log.setLogLevel('SILENT');
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

/** A client whose calls are taken and never answered while `hangs`. */
const hanging = () => {
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const state = { client, hangs: false };
  client.middlewareStack.add((next) => (args) => (state.hangs ? new Promise(() => {}) : next(args)), {
    step: 'initialize',
    name: 'hanging',
  });
  return state;
};

const sessions = [
  aSession('free'),
  aSession('gated', { admission: { capacity: 9, capacityMode: 'enforced' } }),
];
const scanOf = (sessionId: string, badge: string) => ({
  scanId: randomUUID(),
  sessionId,
  badge,
  scannedAt: new Date().toISOString(),
});

test('what a door knows already, and what is only shown, keep no scan waiting for stores that hang', async () => {
  const others = hanging();
  const documents = DynamoDBDocumentClient.from(others.client);
  let ahead = 0;
  const doors = await openDoors(
    { ...engine, client: others.client, documents },
    { event: 'hang-shown', sessions, client: engine.client, clock: () => Date.now() + ahead },
  );
  await doors.send('d-1', [scanOf('free', doors.codeOf('B-1'))]);
  ahead = 60_000;
  others.hangs = true;
  const scans = ['free', 'gated', 'free'].map((session, index) =>
    scanOf(session, doors.codeOf(`B-${index + 1}`)),
  );
  const results = await doors.send('d-1', scans, 'supervisor');
  expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'admitted', 'admitted']);
  others.hangs = false;
  expect((await doors.send('d-1', scans)).map(({ replayed }) => replayed)).toEqual([true, true, true]);
}, 6_000);

test('a scan whose record hangs is to be sent again before the function ends, the others are answered', async () => {
  const records = hanging();
  const doors = await openDoors(engine, {
    event: 'hang-records',
    sessions,
    client: records.client,
    answersWithinMs: 500,
  });
  const settled = scanOf('free', doors.codeOf('B-1'));
  await doors.send('d-1', [settled]);
  records.hangs = true;
  const unread = scanOf('nowhere!', 'x');
  const scans = [...['free', 'gated', 'free'].map((at) => scanOf(at, doors.codeOf('B-2'))), unread];
  const results = await doors.send('d-1', scans);
  expect(results.map(({ outcome }) => outcome)).toEqual(['retry', 'retry', 'retry', 'invalid']);
  records.hangs = false;
  const again = await doors.send('d-2', [scanOf('free', doors.codeOf('B-3'))]);
  expect(again.map(({ outcome }) => outcome)).toEqual(['admitted']);
}, 6_000);
