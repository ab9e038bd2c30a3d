import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { recordItemKey } from '../../shared/store/attendance/keys.ts';
import { aSession, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const START = Date.UTC(2023, 6, 5, 2);
const BADGE = { sessionId: 'forum', shard: 0, badgeId: 'B-1' };
const consumed = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }) });

let engine: TestEngine;
let client: DynamoDBClient;
let units = 0;
beforeAll(async () => {
  engine = await startTestEngine();
  client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const done = await next(args);
      units += consumed.safeParse(done.output).data?.ConsumedCapacity.CapacityUnits ?? 0;
      return done;
    },
    { step: 'initialize', name: 'units' },
  );
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

test('refusals of a badge that lies in front of a scanner leave its record as large as it was', async () => {
  const event = 'bounds-2023';
  let now = START;
  const doors = await openDoors(engine, {
    event,
    client,
    sessions: [aSession('forum', { admission: { reentry: 'never' } })],
    clock: () => now,
  });
  const next = dice(1);
  const refusedScans = async (count: number) => {
    const scans = Array.from({ length: count }, () => {
      now += 1000;
      const scannedAt = new Date(now).toISOString();
      return { scanId: uuidOf(next), sessionId: 'forum', badge: doors.codeOf('B-1'), scannedAt };
    });
    units = 0;
    const results = await doors.send('d-1', scans);
    const spent = units;
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'Attendance', Key: recordItemKey({ event, ...BADGE }) }),
    );
    return { scans, results, unitsEach: spent / count, size: JSON.stringify(Item).length };
  };
  const early = await refusedScans(20);
  const late = await refusedScans(60);
  expect(late.results.map(({ outcome }) => outcome)).toEqual(Array(60).fill('refused'));
  expect(late.size).toBe(early.size);
  expect(late.unitsEach).toBeLessThanOrEqual(3);
  console.log(`${late.unitsEach} units a refusal, the record has ${late.size} characters`);
  const again = await doors.send('d-1', late.scans);
  expect(again.every(({ replayed }) => replayed)).toBe(true);
});
