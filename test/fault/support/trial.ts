import type { DynamoDBRecord } from 'aws-lambda';
import { type CountDeps, count } from '../../../functions/count/count.ts';
import { seededRandom } from '../../../programmes/gdec-2023/seeded-random.ts';
import type { CountStore } from '../../../shared/store/counts/counts.ts';
import { verifyShard } from '../../../shared/store/counts/verify-shard.ts';
import { type Handler, hostileLane } from './deliverer.ts';
import { faulty, faultyStore, type Life, seededFaults } from './faults.ts';
import { expectedCounts, lastPositions } from './model.ts';
import type { Rig } from './rig.ts';
import { EVENT, sessions, startWalk } from './walk.ts';

/** A deliberate defect, to see whether a trial notices it. */
export interface Mutation {
  readonly store?: (store: CountStore) => CountStore;
  readonly handler?: (handler: Handler) => Handler;
  readonly deps?: (deps: CountDeps) => CountDeps;
}

export interface Trial {
  readonly rig: Rig;
  readonly seed: number;
  readonly rounds: number;
  readonly stepsPerRound: number;
  readonly mutation?: Mutation | undefined;
}

export class NotExact extends Error {
  override readonly name = 'NotExact';
}

/** Shards of the stream: one key is always in the same one, as it is where a table has a local index. */
const LANES = 3;
const FAULT_SHARE = 0.12;
const POISON_PER_ROUND = 3;

const laneOf = (record: DynamoDBRecord): number =>
  [...(record.dynamodb?.Keys?.['pk']?.S ?? '')].reduce((hash, letter) => hash + letter.charCodeAt(0), 0) %
  LANES;

/** Scans at the doors, faults everywhere, then quiet: every count must equal the fold of the records (I4). */
export const runTrial = async ({ rig, seed, rounds, stepsPerRound, mutation = {} }: Trial) => {
  const faults = seededFaults(seededRandom(seed), FAULT_SHARE);
  const walk = startWalk(rig.attendance, seededRandom(seed + 1));
  const parked = new Set<string>();
  const poisoned = new Set<string>();

  const startProcess = () => {
    const life: Life = { dead: false };
    const hurt = faulty(faults, life);
    const current: CountStore = {
      ...rig.counts(),
      get: (...given) => rig.counts().get(...given),
      apply: (...given) => rig.counts().apply(...given),
      applyHour: (...given) => rig.counts().applyHour(...given),
    };
    const deps: CountDeps = {
      counts: (mutation.store ?? ((store) => store))(faultyStore(current, faults, life)),
      park: hurt(async ({ record }) => void parked.add(record.dynamodb?.SequenceNumber ?? '')),
      publish: hurt(async () => {}),
      clock: Date.now,
    };
    const handler = count(mutation.deps?.(deps) ?? deps);
    return { life, handler: mutation.handler?.(handler) ?? handler };
  };

  const lanes = Array.from({ length: LANES }, () => {
    const records: DynamoDBRecord[] = [];
    return { records, lane: hostileLane(records, faults, startProcess) };
  });
  let taken = 0;
  const takeStream = async (): Promise<readonly DynamoDBRecord[]> => {
    const records = await rig.stream();
    for (const record of records.slice(taken)) lanes[laneOf(record)]?.records.push(record);
    taken = records.length;
    return records;
  };
  const pumpAll = () => Promise.all(lanes.map(({ lane }) => lane.pump()));

  const poison = async (round: number): Promise<void> => {
    for (let n = 0; n < POISON_PER_ROUND; n += 1) {
      const { sessionId } = faults.random.pick(sessions);
      const pk = n === 0 ? 'not-a-key' : `${EVENT}#${sessionId}#0`;
      const sk = n === 1 ? `B#poison-${round}` : `Z#poison-${round}`;
      await rig.put({ pk: { S: pk }, sk: { S: sk }, 's:broken': { S: 'not a scan' } });
      poisoned.add(`${pk} ${sk}`);
      faults.note('poison record');
    }
  };

  for (let round = 0; round < rounds; round += 1) {
    // While the records of the round before are counted, the next ones are made.
    await Promise.all([walk.run(stepsPerRound).then(() => poison(round)), pumpAll()]);
    await takeStream();
    if (round === Math.floor(rounds / 2)) {
      faults.note('engine killed and restarted');
      await Promise.all([pumpAll(), rig.restart()]);
    }
  }
  await pumpAll();
  await faults.settled();
  const records = await takeStream();
  await pumpAll();
  await faults.settled();

  await assertExact(rig, records);
  assertParked(records, poisoned, parked);
  return { scans: walk.sent.length, records: records.length, faults: faults.counts() };
};

const same = (what: string, wanted: unknown, found: unknown): string[] => {
  const [a, b] = [wanted, found].map((value) => JSON.stringify(value));
  return a === b ? [] : [`${what} differs: must be ${a}, is ${b}`];
};

const sorted = (fields: Readonly<Record<string, number>> = {}) =>
  Object.entries(fields)
    .filter(([, amount]) => amount !== 0)
    .sort(([a], [b]) => a.localeCompare(b));

/**
 * @param except fields that a repair cannot bring back: no record says them
 * @throws {NotExact}
 */
export const assertExact = async (
  rig: Rig,
  records: readonly DynamoDBRecord[],
  { except }: { readonly except?: RegExp } = {},
): Promise<void> => {
  const wanted = expectedCounts(await rig.items());
  const positions = lastPositions(records);
  const counters = new Map(
    (await rig.counts().list(EVENT)).map((counter) => [`${counter.sessionId}#${counter.shard}`, counter]),
  );
  const wrong: string[] = [];
  for (const key of new Set([...wanted.counters.keys(), ...counters.keys()])) {
    const counter = counters.get(key);
    const compared = (fields: Readonly<Record<string, number>> = {}) =>
      sorted(fields).filter(([field]) => !except?.test(field));
    wrong.push(...same(`counter ${key}`, compared(wanted.counters.get(key)), compared(counter?.fields)));
    wrong.push(...same(`watermark of ${key}`, positions.get(key), counter?.watermark));
  }
  for (const { sessionId, shards } of sessions) {
    const minutes = [...(await rig.counts().timeline(EVENT, sessionId))]
      .filter(([, { entries, exits, step }]) => entries !== 0 || exits !== 0 || step !== 0)
      .map(([minute, { entries, exits, step }]) => [`${sessionId} ${minute}`, [entries, exits, step]]);
    const must = [...wanted.minutes].filter(
      ([name, amounts]) => name.startsWith(`${sessionId} `) && amounts.some((amount) => amount !== 0),
    );
    wrong.push(...same(`timeline of ${sessionId}`, must.sort(), minutes.sort()));
    for (let shard = 0; shard < shards; shard += 1) {
      const stores = { attendance: rig.attendance(), counts: rig.counts() };
      // Nothing is under way, so it does not wait for anything.
      const key = { event: EVENT, sessionId, shard };
      const { kind } = await verifyShard(stores, key, { repair: false, until: performance.now() });
      wrong.push(...same(`verification of ${sessionId}#${shard}`, 'right', kind));
    }
  }
  if (wrong.length > 0) throw new NotExact(wrong.join('\n'));
};

/** Everything that could not be counted was put aside, and nothing else. */
const assertParked = (
  records: readonly DynamoDBRecord[],
  poisoned: ReadonlySet<string>,
  parked: ReadonlySet<string>,
): void => {
  const must = records
    .filter(({ dynamodb }) => poisoned.has(`${dynamodb?.Keys?.['pk']?.S} ${dynamodb?.Keys?.['sk']?.S}`))
    .map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
  const wrong = same('what was parked', must.sort(), [...parked].sort());
  if (wrong.length > 0) throw new NotExact(wrong.join('\n'));
};
