import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { attendanceIn, foldAttendance } from '../../shared/domain/attendance.ts';
import { recordItemKey } from '../../shared/store/attendance/keys.ts';
import { aSession, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const START = Date.UTC(2023, 6, 5, 2);
const BADGE = { sessionId: 'forum', shard: 0, badgeId: 'B-1' };
const found = z.object({ Item: z.unknown() });
const consumed = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }) });

let engine: TestEngine;
let client: DynamoDBClient;
/** Write units. */
let units = 0;
beforeAll(async () => {
  engine = await startTestEngine();
  client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (/^(Get|Query)/.test(commandName)) return next(args);
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        try {
          const done = await next(args);
          units += consumed.safeParse(done.output).data?.ConsumedCapacity.CapacityUnits ?? 0;
          return done;
        } catch (error) {
          // A write whose condition fails costs what the item costs, and the engine does not say it.
          units += Math.ceil(JSON.stringify(found.safeParse(error).data?.Item ?? {}).length / 1024);
          throw error;
        }
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
  console.log(`${late.unitsEach} write units a refusal, the record has ${late.size} characters`);
  const again = await doors.send('d-1', late.scans);
  expect(again.every(({ replayed }) => replayed)).toBe(true);
});

const MINUTE = 60_000;

/** A badge that one scanner reads over and over, a request of 50 scans at a time. */
const readOverAndOver = async (event: string, admission: object, directionOf: (index: number) => string) => {
  let now = START;
  let index = 0;
  const session = aSession('forum', { admission });
  const doors = await openDoors(engine, { event, client, sessions: [session], clock: () => now });
  const next = dice(event.length);
  const aScan = (direction: string, scannedAt = now) => ({
    scanId: uuidOf(next),
    sessionId: 'forum',
    badge: doors.codeOf('B-1'),
    direction,
    scannedAt: new Date(scannedAt).toISOString(),
  });
  const sizeOf = async () => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'Attendance', Key: recordItemKey({ event, ...BADGE }) }),
    );
    return JSON.stringify(Item).length;
  };
  return {
    doors,
    aScan,
    now: () => now,
    send: async () => {
      const scans = Array.from({ length: 50 }, () => {
        now += MINUTE / 10;
        index += 1;
        return aScan(directionOf(index));
      });
      units = 0;
      const results = await doors.send('d-1', scans);
      const unitsEach = units / scans.length;
      return { scans, results, unitsEach, size: await sizeOf() };
    },
    whole: async () => {
      const record = (await doors.records('forum')).get('B-1');
      if (!record) throw new Error('there is no record');
      return record;
    },
  };
};

describe.each([
  {
    what: 'exits of somebody who is outside',
    event: 'bounds-exits',
    admission: {},
    directionOf: () => 'exit',
  },
  {
    what: 'entries where re-entry is always allowed',
    event: 'bounds-always',
    admission: { reentry: 'always' },
    directionOf: () => 'entry',
  },
  {
    what: 'somebody who goes in and out',
    event: 'bounds-in-and-out',
    admission: {},
    directionOf: (index: number) => (index % 2 === 1 ? 'entry' : 'exit'),
  },
  {
    what: 'somebody who goes in and out of a room with enforced capacity',
    event: 'bounds-at-a-gate',
    admission: { capacity: 2, capacityMode: 'enforced' },
    directionOf: (index: number) => (index % 2 === 1 ? 'entry' : 'exit'),
  },
])('$what, hundreds of times', ({ event, admission, directionOf }) => {
  test('a further scan costs what an early one costs, all are known when they come again, and none is lost', async () => {
    const badge = await readOverAndOver(event, admission, directionOf);
    const sent = [await badge.send(), await badge.send()];
    const early = sent[1];
    sent.push(await badge.send(), await badge.send());
    const late = sent.at(-1);
    if (!early || !late) throw new Error('nothing was sent');
    console.log(`${event}: ${late.unitsEach} write units a scan, the record has ${late.size} characters`);
    expect(late.size).toBeLessThan(early.size + 20);
    if (!('capacity' in admission)) expect(late.unitsEach).toBeLessThanOrEqual(3);
    const before = await badge.whole();
    for (const { scans, results } of [sent[0] ?? early, late]) {
      const again = await badge.doors.send('d-2', scans);
      expect(again.every(({ replayed }) => replayed)).toBe(true);
      expect(again.map(({ outcome, conflict }) => [outcome, conflict])).toEqual(
        results.map(({ outcome, conflict }) => [outcome, conflict]),
      );
    }
    expect(new Set((await badge.whole()).scans)).toEqual(new Set(before.scans));
    const held = await badge.doors.attendance.get({ event, ...BADGE });
    if (!held) throw new Error('there is no record');
    const [short, full] = [attendanceIn(held), foldAttendance(before.scans)];
    expect(before.scans).toHaveLength(200);
    expect([short.inside, short.entries, short.exits]).toEqual([full.inside, full.entries, full.exits]);
    expect(sent.flatMap(({ results }) => results).at(-1)?.attendance?.entries).toBe(full.entries);
  });

  test('what was decided long ago elsewhere finds its place, and what is taken back long after counts no more', async () => {
    const badge = await readOverAndOver(`${event}-late`, admission, directionOf);
    const sent = [await badge.send(), await badge.send()];
    const offline = ['entry', 'exit'].map((direction, index) => ({
      ...badge.aScan(direction, badge.now() - 6 * MINUTE + index),
      admittedOffline: true,
    }));
    const results = await badge.doors.send('d-2', offline);
    expect(results.map(({ outcome }) => outcome)).toEqual(['admitted', 'left']);
    const wrong = sent[0]?.scans[7];
    if (!wrong) throw new Error('nothing was sent');
    await badge.doors.annul(wrong.scanId, 'forum', 'B-1');
    await badge.doors.annul(wrong.scanId, 'forum', 'B-1');
    await badge.send();
    const whole = await badge.whole();
    expect(new Set(whole.scans.map(({ scanId }) => scanId)).size).toBe(152);
    expect(whole.scans.filter(({ annulled }) => annulled).map(({ scanId }) => scanId)).toEqual([
      wrong.scanId,
    ]);
    const held = await badge.doors.attendance.get({ event: `${event}-late`, ...BADGE });
    const [short, full] = [attendanceIn(held ?? { scans: [] }), foldAttendance(whole.scans)];
    expect([short.inside, short.entries, short.exits]).toEqual([full.inside, full.entries, full.exits]);
    expect(full.entries + full.exits).toBe(151);
    const gate = await badge.doors.attendance.gates.get(`${event}-late`, 'forum');
    if (gate) expect(gate.inside).toBe(Number(full.inside));
  });
});
