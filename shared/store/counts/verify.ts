import { randomUUID } from 'node:crypto';
import { sum, type Tally, tally } from '../../domain/tally.ts';
import type { AttendanceStore } from '../attendance/records.ts';
import type { CountStore } from './counts.ts';
import type { Counter } from './item.ts';

export interface CountingStores {
  readonly attendance: Pick<AttendanceStore, 'records' | 'mark'>;
  readonly counts: Pick<CountStore, 'get' | 'repair'>;
}

/**
 * `right`: the counter equals its records. `drift`: it does not, and nothing under way will change that.
 * `pending`: it has not seen all that is stored, or scans came in too fast to tell.
 */
export type Verdict =
  | { readonly kind: 'right' | 'pending' }
  | {
      readonly kind: 'drift';
      readonly counter: Counter;
      readonly counted: Tally;
      readonly stored: Tally;
    };

export interface Verification {
  readonly checked: number;
  readonly drift: readonly {
    readonly sessionId: string;
    readonly shard: number;
    readonly counted: Tally;
    readonly stored: Tally;
  }[];
  readonly pending: number;
  readonly repaired: number;
}

/** How long one verification waits for streams in all, ms: an HTTP API answers within 30 s. */
const PATIENCE_MS = 5_000;
const MARK_POLL_MS = 50;
/** Marks of others replace one's own before it is seen: it is set again after this long, ms. */
const MARK_AGAIN_MS = 1_000;
const SHARDS_AT_ONCE = 8;

/**
 * What the records of one (session, shard) add up to. They cannot be read at one instant: see verifyShard.
 * A malformed item was parked by `count` and counts for nothing here as there.
 */
const storedTally = async (
  { attendance }: CountingStores,
  event: string,
  sessionId: string,
  shard: number,
): Promise<Tally> => {
  let total: Tally = {};
  const ignore = () => {};
  for await (const record of attendance.records(event, sessionId, shard, ignore)) {
    total = sum([total, tally(record)]);
  }
  return total;
};

const withoutZeros = (fields: Tally): Tally =>
  Object.fromEntries(Object.entries(fields).filter(([, amount]) => amount !== 0));

const same = (a: Tally, b: Tally): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
};

/** The counter once it has seen all that was written before now; undefined when that takes too long. */
const caughtUp = async (
  { attendance, counts }: CountingStores,
  event: string,
  sessionId: string,
  shard: number,
  until: number,
): Promise<Counter | undefined> => {
  const marks = new Set<string>();
  let markAt = performance.now();
  while (performance.now() < until) {
    if (performance.now() >= markAt) {
      const mark = randomUUID();
      marks.add(mark);
      markAt += MARK_AGAIN_MS;
      await attendance.mark(event, sessionId, shard, mark);
    }
    const counter = await counts.get(event, sessionId, shard);
    if (counter?.mark && marks.has(counter.mark)) return counter;
    await new Promise((done) => setTimeout(done, MARK_POLL_MS));
  }
  return undefined;
};

/**
 * Compares one counter with its records. Where they differ, a mark is sent through the stream between two readings
 * of the records. Each change of a record adds to its `changes`, so equal sums of both readings mean that nothing
 * was written from the end of the first to the start of the second: the counter that has seen the mark has then
 * seen exactly what was read, no less and no more, and a difference is drift for certain.
 * @param until as of performance.now(), ms
 */
export const verifyShard = async (
  stores: CountingStores,
  event: string,
  sessionId: string,
  shard: number,
  until = performance.now() + PATIENCE_MS,
): Promise<Verdict> => {
  // The counter first: it can then not be ahead of what is read, and equal `changes` mean the same scans.
  const seen = await stores.counts.get(event, sessionId, shard);
  let before = await storedTally(stores, event, sessionId, shard);
  if (same(seen?.fields ?? {}, before)) return { kind: 'right' };
  for (;;) {
    const counter = await caughtUp(stores, event, sessionId, shard, until);
    if (!counter) return { kind: 'pending' };
    const stored = await storedTally(stores, event, sessionId, shard);
    if (same(counter.fields, stored)) return { kind: 'right' };
    if (stored['changes'] === before['changes']) {
      return { kind: 'drift', counter, counted: withoutZeros(counter.fields), stored };
    }
    before = stored;
  }
};

/**
 * Verifies the counters of sessions; with `repair` those that drifted are set to what is stored. A repair holds only
 * if the counter is still the one that was compared: what the stream brings later is added to the mended value.
 */
export const verifySessions = async (
  stores: CountingStores,
  event: string,
  sessions: readonly { readonly sessionId: string; readonly shards: number }[],
  { repair }: { readonly repair: boolean },
): Promise<Verification> => {
  const until = performance.now() + PATIENCE_MS;
  const shards = sessions.flatMap(({ sessionId, shards }) =>
    Array.from({ length: shards }, (_, shard) => ({ sessionId, shard })),
  );
  const drift: Verification['drift'][number][] = [];
  let [pending, repaired] = [0, 0];
  const waiting = shards.values();
  const work = async () => {
    for (const { sessionId, shard } of waiting) {
      const verdict = await verifyShard(stores, event, sessionId, shard, until);
      if (verdict.kind === 'pending') pending += 1;
      if (verdict.kind !== 'drift') continue;
      const { counter, counted, stored } = verdict;
      drift.push({ sessionId, shard, counted, stored });
      if (repair && (await stores.counts.repair(event, sessionId, shard, counter, stored))) repaired += 1;
    }
  };
  await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, work));
  return { checked: shards.length, drift, pending, repaired };
};
