import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { newestScans } from '../../shared/domain/last-scans.ts';
import { sum } from '../../shared/domain/tally.ts';
import { log } from '../../shared/runtime/log.ts';
import type { CounterChange } from '../../shared/store/counts/apply.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { Counter } from '../../shared/store/counts/item.ts';
import { continueTrace } from '../../shared/store/counts/trace.ts';
import { type Entry, type EntryGroup, groupEntries, groupName, type Poison } from './entries.ts';
import { applyHours, freshEntries } from './hours.ts';

export interface CountDeps {
  readonly counts: CountStore;
  /** Puts a record that cannot be counted aside, durably, before counting goes on. */
  readonly park: (poison: Poison) => Promise<void>;
  /** Tells whoever watches the new absolute values; called after they are stored. */
  readonly publish: (event: string, counters: readonly Counter[]) => Promise<void>;
  readonly clock: () => number;
}

/** Changes folded into one update: its expression stays below DynamoDB's 4 KB. */
const ENTRIES_PER_UPDATE = 100;

/**
 * Projects attendance records onto counters, exactly, under at-least-once delivery (I4): each counter holds the
 * last sequence number applied, the update is conditional on it, and what is at or below it is left out.
 * That is sound only because one partition key lives in one stream shard lineage (see the Attendance table)
 * and batches of a shard are delivered one after the other.
 */
export const count = (deps: CountDeps) => {
  /** Counters as this process last wrote or read them; a stale one costs one failed condition. */
  const known = new Map<string, Counter>();

  const applyEntries = async (group: EntryGroup, entries: readonly Entry[]) => {
    const { event, sessionId, shard } = group;
    const key = groupName(group);
    // First, so that a counter that names a mark says of its timeline, too, that it has seen all before.
    await applyHours(deps.counts, group, entries);
    let counter = known.get(key) ?? (await deps.counts.get(event, sessionId, shard));
    for (;;) {
      const change = changeOf(entries, counter, deps.clock());
      if (!change) break;
      const result = await deps.counts.apply(event, sessionId, shard, counter, change);
      counter = result.counter;
      if (result.kind === 'applied') break;
    }
    if (counter) remember(known, key, counter);
    return counter;
  };

  const applyGroup = async (group: EntryGroup): Promise<Counter | undefined> => {
    let counter: Counter | undefined;
    for (let start = 0; start < group.entries.length; start += ENTRIES_PER_UPDATE) {
      counter = await applyEntries(group, group.entries.slice(start, start + ENTRIES_PER_UPDATE));
    }
    return counter;
  };

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { groups, poison } = groupEntries(Records);
    for (const each of poison) await deps.park(each);
    const outcomes = await Promise.allSettled(groups.map(applyGroup));
    const failed = groups.filter((_, index) => outcomes[index]?.status === 'rejected');
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        log.error('counting failed, it will be tried again', { error: String(outcome.reason) });
    }
    await publishAll(deps, groups, outcomes);
    // In the order of the batch: everything after it is delivered again, and what was counted is left out.
    const [first] = failed;
    return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
  };
};

const MAX_REMEMBERED = 10_000;

const remember = (known: Map<string, Counter>, key: string, counter: Counter) => {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, counter);
};

/** The sum of the entries that the counter has not seen, or undefined if it has seen them all. */
const changeOf = (
  entries: readonly Entry[],
  counter: Counter | undefined,
  now: number,
): CounterChange | undefined => {
  const { fresh, last: watermark } = freshEntries(entries, counter?.watermark ?? '');
  if (fresh.length === 0) return undefined;
  return {
    fields: sum(fresh.map(({ fields }) => fields)),
    watermark,
    trace: continueTrace(counter?.trace ?? null, fresh, now),
    lastScans: newestScans(
      counter?.lastScans ?? [],
      fresh.flatMap(({ scans }) => scans),
    ),
    at: now,
  };
};

/** A message that is lost is harmless: values are absolute, and readers fetch a snapshot now and then. */
const publishAll = async (
  { publish }: CountDeps,
  groups: readonly EntryGroup[],
  outcomes: readonly PromiseSettledResult<Counter | undefined>[],
): Promise<void> => {
  const byEvent = new Map<string, Counter[]>();
  outcomes.forEach((outcome, index) => {
    const group = groups[index];
    if (outcome.status !== 'fulfilled' || !outcome.value || !group) return;
    byEvent.set(group.event, [...(byEvent.get(group.event) ?? []), outcome.value]);
  });
  const sent = await Promise.allSettled([...byEvent].map(([event, counters]) => publish(event, counters)));
  for (const each of sent) {
    if (each.status === 'rejected') log.warn('live message not sent', { error: String(each.reason) });
  }
};
