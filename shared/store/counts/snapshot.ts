import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttendanceStore } from '../attendance/records.ts';
import type { CountStore } from './counts.ts';
import type { Counter, CounterKey } from './item.ts';
import type { Hour } from './timeline.ts';
import type { Trace } from './trace.ts';

export interface CountingStores {
  readonly attendance: Pick<AttendanceStore, 'records' | 'mark'>;
  readonly counts: Pick<CountStore, 'get' | 'hours' | 'repair' | 'repairHour'>;
}

/** Counter and timeline at one position of the stream, and what the trace knows of the records there. */
export interface Snapshot {
  readonly counter: Counter;
  readonly hours: readonly Hour[];
  readonly trace: Trace;
}

const POLL_MS = 40;
/** How long a trace outlives whoever asked for it, so that it never ends before, ms. */
const TRACE_SPARE_MS = 3_000;

export const hoursOfShard = (hours: readonly Hour[], shard: number): Hour[] =>
  hours.filter((hour) => hour.shard === shard);

/** Undefined while the timeline is ahead of the counter, as it is for the moment between its two writes. */
const readBoth = async ({ counts }: CountingStores, { event, sessionId, shard }: CounterKey) => {
  const counter = await counts.get(event, sessionId, shard);
  const hours = hoursOfShard(await counts.hours(event, sessionId), shard);
  const isAhead = hours.some(({ watermark }) => watermark > (counter?.watermark ?? ''));
  return counter?.trace && !isAhead ? { counter, hours, trace: counter.trace } : undefined;
};

/**
 * Counter and timeline once they have seen all that was written before now; undefined when that takes too long.
 * @param until as of performance.now(), ms
 */
export const caughtUp = async (
  stores: CountingStores,
  key: CounterKey,
  until: number,
): Promise<Snapshot | undefined> => {
  const id = randomUUID();
  const { event, sessionId, shard } = key;
  await stores.attendance.mark(event, sessionId, shard, {
    id,
    until: Date.now() + Math.max(0, until - performance.now()) + TRACE_SPARE_MS,
  });
  for (;;) {
    const snapshot = await readBoth(stores, key);
    if (snapshot?.trace.marks.includes(id)) return snapshot;
    if (performance.now() + POLL_MS >= until) return undefined;
    await sleep(POLL_MS);
  }
};
