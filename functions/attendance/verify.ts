import { randomUUID } from 'node:crypto';
import type { verifyCounts } from '../../shared/contract/attendance.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { sum, type Tally, tally } from '../../shared/domain/tally.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { assertMay } from '../../shared/runtime/principal.ts';
import type { AttendanceStore } from '../../shared/store/attendance.ts';
import type { Counter } from '../../shared/store/counts.ts';
import type { AttendanceDeps } from './attendance.ts';

/** What is stored for one (session, shard), read in one go. */
const storedTally = async (
  attendance: AttendanceStore,
  event: string,
  sessionId: string,
  shard: number,
): Promise<Tally> => {
  const tallies: Tally[] = [];
  for await (const record of attendance.records(event, sessionId, shard)) tallies.push(tally(record));
  return sum(tallies);
};

const same = (a: Tally, b: Tally): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
};

const withoutZeros = (fields: Tally): Tally =>
  Object.fromEntries(Object.entries(fields).filter(([, amount]) => amount !== 0));

type Verdict =
  | { readonly kind: 'right' | 'pending' }
  | {
      readonly kind: 'drift';
      readonly counter: Counter | undefined;
      readonly counted: Tally;
      readonly stored: Tally;
    };

/** How long to wait for the stream to come to a mark, and how often to look, in ms. */
const MARK_TIMEOUT_MS = 10_000;
const MARK_POLL_MS = 50;

type Stores = Pick<AttendanceDeps, 'attendance' | 'counts'>;

/** Waits until the counter has seen everything that was written before now. */
const caughtUp = async (
  { attendance, counts }: Stores,
  event: string,
  sessionId: string,
  shard: number,
): Promise<boolean> => {
  const mark = randomUUID();
  await attendance.mark(event, sessionId, shard, mark);
  for (const started = performance.now(); performance.now() - started < MARK_TIMEOUT_MS; ) {
    if ((await counts.get(event, sessionId, shard))?.mark === mark) return true;
    await new Promise((done) => setTimeout(done, MARK_POLL_MS));
  }
  return false;
};

/**
 * Compares one counter with its records. Where they differ, a mark is sent through the stream: once the counter
 * has seen it, nothing older is under way. The records cannot be read at one instant, so the verdict is drift
 * only if nothing moved meanwhile: the counter and two readings of the records are the same. Else it is pending.
 */
export const verifyShard = async (
  stores: Stores,
  event: string,
  sessionId: string,
  shard: number,
): Promise<Verdict> => {
  const { attendance, counts } = stores;
  const read = async () => {
    const counter = await counts.get(event, sessionId, shard);
    return {
      counter,
      counted: withoutZeros(counter?.fields ?? {}),
      stored: await storedTally(attendance, event, sessionId, shard),
    };
  };
  const first = await read();
  if (same(first.counted, first.stored)) return { kind: 'right' };
  if (!(await caughtUp(stores, event, sessionId, shard))) return { kind: 'pending' };
  const second = await read();
  if (same(second.counted, second.stored)) return { kind: 'right' };
  const third = await read();
  const still = third.counter?.version === second.counter?.version && same(third.stored, second.stored);
  return still ? { kind: 'drift', ...third } : { kind: 'pending' };
};

/** Verifies every counter of an event; with `repair` those that drifted are set to what is stored. */
export const verify =
  (deps: AttendanceDeps) =>
  async ({ params: { event }, query, principal }: CallOf<typeof verifyCounts>): Promise<Answer> => {
    if (query.repair) assertMay(principal, ['organizer'], event);
    if (!(await deps.event(event))) throw new Problem('not-found', `There is no event ${event}`);
    const { sessions } = await deps.programme(event);
    const drift: { sessionId: string; shard: number; counted: Tally; stored: Tally }[] = [];
    let [checked, pending, repaired] = [0, 0, 0];
    for (const { sessionId, shards } of sessions) {
      for (let shard = 0; shard < shards; shard += 1) {
        checked += 1;
        const verdict = await verifyShard(deps, event, sessionId, shard);
        if (verdict.kind === 'pending') pending += 1;
        if (verdict.kind !== 'drift') continue;
        const { counter, counted, stored } = verdict;
        drift.push({ sessionId, shard, counted, stored });
        if (query.repair && (await deps.counts.repair(event, sessionId, shard, counter, stored)))
          repaired += 1;
      }
    }
    return { status: 200, body: { checked, drift, pending, repaired } };
  };
