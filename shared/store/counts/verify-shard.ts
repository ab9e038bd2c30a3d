import { turnedAwayIn } from '../../domain/tally.ts';
import { type Difference, differenceOf, type Parts, readParts, totalOf } from './fold.ts';
import type { CounterKey } from './item.ts';
import { type CountingStores, caughtUp, hoursOfShard, type Snapshot } from './snapshot.ts';
import { type Hour, hourOf } from './timeline.ts';
import { type Part, tracedParts } from './trace.ts';

/**
 * `right`: counter and timeline equal the records. `drift`: they do not, and nothing under way will change that.
 * `pending`: scans came in too fast to tell, or, where `stalled`, the counter does not see what is written.
 */
export type Verdict =
  | { readonly kind: 'right' }
  | { readonly kind: 'pending'; readonly stalled: boolean }
  | (Difference & { readonly kind: 'drift'; readonly repaired: boolean });

export interface Task {
  readonly repair: boolean;
  /** As of performance.now(), ms. */
  readonly until: number;
}

/** Sets counter and timeline to what is stored. @returns whether nothing had changed meanwhile, so that it is done */
const repairAll = async (
  { counts }: CountingStores,
  key: CounterKey,
  { counter, hours }: Snapshot,
  stored: Part,
): Promise<boolean> => {
  const wanted = Map.groupBy(stored.minutes, ([minute]) => hourOf(minute));
  const known = new Map(hours.map((hour) => [hour.hour, hour]));
  for (const hour of new Set([...wanted.keys(), ...known.keys()])) {
    const minutes = new Map(wanted.get(hour));
    const seen = known.get(hour);
    const hourBefore: Hour[] = seen ? [seen] : [];
    if (!seen?.damage && !differenceOf(undefined, hourBefore, { fields: {}, minutes })) continue;
    if (!(await counts.repairHour(key, hour, seen, minutes, counter.watermark))) return false;
  }
  const fields = { ...stored.fields, ...turnedAwayIn(counter.fields) };
  return counts.repair(key, counter, fields, Date.now());
};

/**
 * Compares one counter and its timeline with their records, at any traffic. The records cannot be read at one instant,
 * so the counter is asked, by a mark in its stream, to note what each record that it counts from there on adds. The
 * records are read, and a second mark is sent: at the position where the counter has seen it, what it has noted
 * is as noted, and everything else is as it was read. A difference is then drift for certain, and a repair holds only
 * if counter and timeline are still those that were compared: what the stream brings later is added to the mended
 * values.
 */
export const verifyShard = async (
  stores: CountingStores,
  key: CounterKey,
  { repair, until }: Task,
  hoursOf = () => stores.counts.hours(key.event, key.sessionId),
): Promise<Verdict> => {
  const { event, sessionId, shard } = key;
  const counter = await stores.counts.get(event, sessionId, shard);
  const hours = hoursOfShard(await hoursOf(), shard);
  const quick = totalOf(await readParts(stores.attendance, key));
  const isWhole = [...hours, ...(counter ? [counter] : [])].every(({ damage }) => !damage);
  if (isWhole && !differenceOf(counter, hours, quick)) return { kind: 'right' };

  let found: Difference | undefined;
  const unfinished = (stalled: boolean): Verdict =>
    found ? { kind: 'drift', ...found, repaired: false } : { kind: 'pending', stalled };
  let read: { readonly traceId: string; readonly parts: Parts } | undefined;
  for (;;) {
    const snapshot = await caughtUp(stores, key, until);
    if (!snapshot) return unfinished(read === undefined);
    if (snapshot.trace.id !== read?.traceId) {
      read = { traceId: snapshot.trace.id, parts: await readParts(stores.attendance, key) };
      continue;
    }
    const traced = tracedParts(snapshot.trace, read.parts);
    if (!traced) {
      read = { traceId: snapshot.trace.id, parts: await readParts(stores.attendance, key) };
      continue;
    }
    const stored = totalOf(new Map([...read.parts, ...traced]));
    const difference = differenceOf(snapshot.counter, snapshot.hours, stored);
    if (!difference && snapshot.hours.every(({ damage }) => !damage)) return { kind: 'right' };
    found = difference ?? { counted: {}, stored: {} };
    if (!repair) return unfinished(false);
    if (await repairAll(stores, key, snapshot, stored)) return { kind: 'drift', ...found, repaired: true };
  }
};
