import { addMinute, type Minute, type Minutes, recordedIn, sum, type Tally } from '../../domain/tally.ts';
import type { AttendanceStore } from '../attendance/records.ts';
import type { Counter, CounterKey } from './item.ts';
import type { Hour } from './timeline.ts';
import { type Part, partOf, recordName } from './trace.ts';

/** The records of one (session, shard), by name; each as it was when it was read. */
export type Parts = Map<string, Part>;

/** Values that differ, by field; minutes as `t:<time>:entries|exits|step`. */
export interface Difference {
  readonly counted: Tally;
  readonly stored: Tally;
}

const MINUTE_MS = 60_000;
/** Minutes that one difference names. */
const MAX_MINUTES = 60;

/** A malformed item was parked by `count` and counts for nothing here as there. */
export const readParts = async (
  attendance: Pick<AttendanceStore, 'records'>,
  { event, sessionId, shard }: CounterKey,
): Promise<Parts> => {
  const parts: Parts = new Map();
  const ignore = () => {};
  for await (const record of attendance.records(event, sessionId, shard, ignore)) {
    parts.set(recordName(record), partOf(record));
  }
  return parts;
};

export const totalOf = (parts: Parts): Part => {
  const minutes = new Map<number, Minute>();
  for (const part of parts.values()) {
    for (const [minute, change] of part.minutes) addMinute(minutes, minute, change);
  }
  return { fields: sum([...parts.values()].map(({ fields }) => fields)), minutes };
};

const minuteFields = (minutes: Minutes): Tally =>
  Object.fromEntries(
    [...minutes].flatMap(([minute, { entries, exits, step }]) => {
      const name = `t:${new Date(minute * MINUTE_MS).toISOString()}`;
      return [
        [`${name}:entries`, entries],
        [`${name}:exits`, exits],
        [`${name}:step`, step],
      ];
    }),
  );

const minutesOfHours = (hours: readonly Hour[]): Minutes =>
  new Map(hours.flatMap(({ minutes }) => [...minutes]));

const withoutZeros = (fields: Tally): Tally =>
  Object.fromEntries(Object.entries(fields).filter(([, amount]) => amount !== 0));

const differing = (a: Tally, b: Tally): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => (a[name] ?? 0) !== (b[name] ?? 0));

const only = (fields: Tally, names: readonly string[]): Tally =>
  Object.fromEntries(names.map((name) => [name, fields[name] ?? 0]));

/** Undefined where counter and timeline say what is stored. */
export const differenceOf = (
  counter: Counter | undefined,
  hours: readonly Hour[],
  stored: Part,
): Difference | undefined => {
  const fields = recordedIn(counter?.fields ?? {});
  const [countedMinutes, storedMinutes] = [minutesOfHours(hours), stored.minutes].map(minuteFields);
  const minutes = differing(countedMinutes ?? {}, storedMinutes ?? {}).slice(0, MAX_MINUTES);
  if (minutes.length === 0 && differing(fields, stored.fields).length === 0) return undefined;
  return {
    counted: { ...withoutZeros(fields), ...only(countedMinutes ?? {}, minutes) },
    stored: { ...withoutZeros(stored.fields), ...only(storedMinutes ?? {}, minutes) },
  };
};
