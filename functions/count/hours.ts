import { addMinute, type Minute, type Minutes } from '../../shared/domain/tally.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { CounterKey } from '../../shared/store/counts/item.ts';
import { hourOf } from '../../shared/store/counts/timeline.ts';
import type { Entry } from './entries.ts';

const byHour = (entries: readonly Entry[]): Map<number, Entry[]> => {
  const hours = new Map<number, Entry[]>();
  for (const entry of entries) {
    for (const hour of new Set([...entry.minutes.keys()].map(hourOf))) {
      hours.set(hour, [...(hours.get(hour) ?? []), entry]);
    }
  }
  return hours;
};

const minutesOf = (entries: readonly Entry[], hour: number): Minutes => {
  const minutes = new Map<number, Minute>();
  for (const entry of entries) {
    for (const [minute, change] of entry.minutes) {
      if (hourOf(minute) === hour) addMinute(minutes, minute, change);
    }
  }
  return minutes;
};

/** The entries later than a watermark, each once, and the watermark of the last. */
export const freshEntries = (
  entries: readonly Entry[],
  watermark: string,
): { readonly fresh: readonly Entry[]; readonly last: string } => {
  const fresh: Entry[] = [];
  let last = watermark;
  for (const entry of entries) {
    // Also drops a record that stands twice in one batch.
    if (entry.sequence <= last) continue;
    last = entry.sequence;
    fresh.push(entry);
  }
  return { fresh, last };
};

const applyHour = async (
  counts: Pick<CountStore, 'applyHour'>,
  { event, sessionId, shard }: CounterKey,
  hour: number,
  entries: readonly Entry[],
): Promise<void> => {
  let watermark = '';
  for (;;) {
    const { fresh, last } = freshEntries(entries, watermark);
    const first = fresh[0]?.sequence;
    if (first === undefined) return;
    const change = { first, last, minutes: minutesOf(fresh, hour) };
    const result = await counts.applyHour(event, sessionId, shard, hour, change);
    if (result.kind === 'applied') return;
    watermark = result.watermark;
  }
};

/**
 * Adds entries to the timeline. Each hour has a watermark of its own, so a crash between two writes is mended by
 * the retry.
 */
export const applyHours = async (
  counts: Pick<CountStore, 'applyHour'>,
  key: CounterKey,
  entries: readonly Entry[],
): Promise<void> => {
  await Promise.all(
    [...byHour(entries)].map(([hour, hourEntries]) => applyHour(counts, key, hour, hourEntries)),
  );
};
