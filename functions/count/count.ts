import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { sum } from '../../shared/domain/tally.ts';
import { log } from '../../shared/runtime/log.ts';
import type { Counter, CounterChange, CountStore, MinuteFields } from '../../shared/store/counts.ts';
import { type Entry, type EntryGroup, groupEntries, type Poison } from './entries.ts';

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
const MINUTES_PER_HOUR = 60;

/**
 * Projects attendance records onto counters, exactly, under at-least-once delivery (I4): each counter holds the
 * last sequence number applied, the update is conditional on it, and what is at or below it is left out.
 * That is sound only because one partition key lives in one stream shard lineage (see the Attendance table)
 * and batches of a shard are delivered one after the other.
 */
export const count = (deps: CountDeps) => {
  /** Counters as this process last wrote or read them; a stale one costs one failed condition. */
  const known = new Map<string, Counter>();

  const applyEntries = async ({ event, sessionId, shard }: EntryGroup, entries: readonly Entry[]) => {
    const key = `${event}#${sessionId}#${shard}`;
    let counter = known.get(key) ?? (await deps.counts.get(event, sessionId, shard));
    for (;;) {
      const change = changeOf(entries, counter, deps.clock());
      if (!change) break;
      const result = await deps.counts.apply(event, sessionId, shard, counter?.watermark ?? '', change);
      counter = result.counter;
      if (result.kind === 'applied') break;
    }
    if (counter) remember(known, key, counter);
    await Promise.all(
      [...byHour(entries)].map(([hour, hourEntries]) =>
        applyHour(deps.counts, { event, sessionId, shard, entries: [] }, hour, hourEntries),
      ),
    );
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
    return { batchItemFailures: firstOf(Records, failed) };
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
  let watermark = counter?.watermark ?? '';
  let inside = counter?.fields['inside'] ?? 0;
  let peak = counter?.peak ?? 0;
  let peakAt = counter?.peakAt ?? null;
  let mark: string | undefined;
  const fresh: Entry[] = [];
  for (const entry of entries) {
    // Also drops a record that stands twice in one batch.
    if (entry.sequence <= watermark) continue;
    watermark = entry.sequence;
    mark = entry.mark ?? mark;
    inside += entry.fields['inside'] ?? 0;
    if (inside > peak) {
      peak = inside;
      peakAt = entry.at;
    }
    fresh.push(entry);
  }
  return fresh.length === 0
    ? undefined
    : {
        fields: sum(fresh.map(({ fields }) => fields)),
        watermark,
        peak,
        peakAt,
        at: now,
        ...(mark !== undefined && { mark }),
      };
};

const byHour = (entries: readonly Entry[]): Map<number, Entry[]> => {
  const hours = new Map<number, Entry[]>();
  for (const entry of entries) {
    for (const hour of new Set(
      [...entry.minutes.keys()].map((minute) => Math.floor(minute / MINUTES_PER_HOUR)),
    )) {
      const those = hours.get(hour) ?? [];
      hours.set(hour, those);
      those.push(entry);
    }
  }
  return hours;
};

/** Each hour of the timeline has a watermark of its own, so a crash between two writes is mended by the retry. */
const applyHour = async (
  counts: CountStore,
  { event, sessionId, shard }: EntryGroup,
  hour: number,
  entries: readonly Entry[],
): Promise<void> => {
  let watermark = '';
  for (;;) {
    const fresh: Entry[] = [];
    let last = watermark;
    for (const entry of entries) {
      if (entry.sequence <= last) continue;
      last = entry.sequence;
      fresh.push(entry);
    }
    const first = fresh[0];
    if (!first) return;
    const minutes = minutesOf(fresh, hour);
    const result = await counts.applyHour(event, sessionId, shard, hour, {
      first: first.sequence,
      last,
      minutes,
    });
    if (result.kind === 'applied') return;
    watermark = result.watermark;
  }
};

const minutesOf = (entries: readonly Entry[], hour: number): MinuteFields => {
  const minutes = new Map<number, { entries: number; exits: number; step: number }>();
  for (const entry of entries) {
    for (const [minute, change] of entry.minutes) {
      if (Math.floor(minute / MINUTES_PER_HOUR) !== hour) continue;
      const total = minutes.get(minute) ?? { entries: 0, exits: 0, step: 0 };
      total.entries += change.entries;
      total.exits += change.exits;
      total.step += change.step;
      minutes.set(minute, total);
    }
  }
  return minutes;
};

/** The first record of a failed key: everything after it is delivered again, and what was counted is left out. */
const firstOf = (
  records: DynamoDBStreamEvent['Records'],
  failed: readonly EntryGroup[],
): DynamoDBBatchResponse['batchItemFailures'] => {
  const keys = new Set(failed.map(({ event, sessionId, shard }) => `${event}#${sessionId}#${shard}`));
  const first = records.find(({ dynamodb }) => keys.has(dynamodb?.Keys?.['pk']?.S ?? ''));
  return first?.dynamodb?.SequenceNumber ? [{ itemIdentifier: first.dynamodb.SequenceNumber }] : [];
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
