import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { type Rig, startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { assertExact } from './support/trial.ts';
import { startWalk } from './support/walk.ts';

// A table that is restored, or whose stream is switched off and on, gets a new stream, with sequence numbers of its
// own. If they happen to be lower, every count would stand still for good.
let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** The same record as if it came from a stream that was made then. */
const ofStream =
  (label: string, sequenceOf: (index: number) => string) =>
  (record: DynamoDBRecord, index: number): DynamoDBRecord => ({
    ...record,
    eventSourceARN: `arn:aws:dynamodb:eu-west-1:1:table/Attendance/stream/${label}`,
    dynamodb: { ...record.dynamodb, SequenceNumber: sequenceOf(index) },
  });

it('counts go on when the stream is made anew, and what is late of the old one is not counted again', async () => {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  const walk = startWalk(rig.attendance, seededRandom(seed));
  const handler = count({
    counts: rig.counts(),
    park: async () => {},
    publish: async () => {},
    clock: Date.now,
  });
  await walk.run(150);
  const first = [...(await rig.stream())].map(
    ofStream('2023-07-03T09:00:00.000', (index) => `9${String(index).padStart(38, '0')}`),
  );
  expect(await handler({ Records: first })).toEqual({ batchItemFailures: [] });
  await walk.run(150);
  const second = (await rig.stream())
    .slice(first.length)
    .map(ofStream('2023-07-04T09:00:00.000', (index) => String(100_000 + index)));
  for (const Records of [second, first.slice(-20), second.slice(10)]) {
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
  }
  await assertExact(rig, [...first, ...second]);
});

it('a counter that something else has made holds up nothing: counting takes it over', async () => {
  const apply = rig.counts().apply;
  const seen = {
    sessionId: 'new',
    shard: 0,
    watermark: '',
    version: 0,
    fields: {},
    trace: null,
    lastScans: [],
  };
  const change = { fields: { inside: 1 }, watermark: '#1', trace: null, lastScans: [], at: 1 };
  expect(await apply('other', 'new', 0, seen, change)).toMatchObject({ kind: 'applied' });
  expect(await apply('other', 'new', 0, seen, change)).toMatchObject({ kind: 'moved' });
});
