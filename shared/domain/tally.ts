import { attendanceIn, isOutOfEvent } from './attendance.ts';
import { type AttendanceRecord, type RefusalReason, refusalReasons } from './scan.ts';

/**
 * What one record adds to its counter, by field. Zero is left out. Besides the plain counts:
 * `c:<category>:i|a` and `n:<country>:i|a` (inside, attended), `d:<bucket>` finished visits by duration,
 * `r:<reason>` refusals, and `u:<reason>` those that are in no badge's record: of unknown badges, which expire, and
 * those for which a record had no room. No reading of records can tell the latter; they only grow.
 */
export type Tally = Readonly<Record<string, number>>;

/** What happened in a minute; `step` is the change of how many are inside. */
export interface Minute {
  readonly entries: number;
  readonly exits: number;
  readonly step: number;
}

/** Minutes of a timeline by minute since 1970 (UTC). */
export type Minutes = ReadonlyMap<number, Minute>;

const REFUSED = 'r:';
const TURNED_AWAY = 'u:';

/** What a refusal that is in no badge's record adds. */
export const turnedAway = (reason: RefusalReason): Tally => ({ [TURNED_AWAY + reason]: 1 });

const isTurnedAway = ([field]: readonly [string, number]): boolean => field.startsWith(TURNED_AWAY);

/** What of a counter no record says. */
export const turnedAwayIn = (fields: Tally): Tally =>
  Object.fromEntries(Object.entries(fields).filter(isTurnedAway));

/** What of a counter its records say. */
export const recordedIn = (fields: Tally): Tally =>
  Object.fromEntries(Object.entries(fields).filter((each) => !isTurnedAway(each)));

/** All refusals that a counter knows of, by reason. */
export const refusalsIn = (fields: Tally): Partial<Record<RefusalReason, number>> => {
  const amounts = refusalReasons.map(
    (reason) => [reason, (fields[REFUSED + reason] ?? 0) + (fields[TURNED_AWAY + reason] ?? 0)] as const,
  );
  return Object.fromEntries(amounts.filter(([, amount]) => amount > 0));
};

export const refusedIn = (fields: Tally): number =>
  Object.values(refusalsIn(fields)).reduce((total, amount) => total + amount, 0);

const MINUTE_MS = 60_000;

/** Visits are counted by duration in steps of about 12 %: enough for a median, and small. */
const BUCKET_RATIO = Math.log(1.125);

export const dwellBucket = (durationMs: number): number =>
  Math.max(0, Math.round(Math.log(Math.max(1, durationMs / MINUTE_MS)) / BUCKET_RATIO));

/** Minutes that stand for a bucket. */
export const bucketMinutes = (bucket: number): number => Math.exp(bucket * BUCKET_RATIO);

/** What one record adds to its counter; of one that has put scans aside, what it says without having read them. */
export const tally = (record: AttendanceRecord | undefined): Tally => {
  if (!record) return {};
  const attendance = attendanceIn(record);
  const fields: Record<string, number> = {};
  const add = (field: string, amount: number) => {
    if (amount !== 0) fields[field] = (fields[field] ?? 0) + amount;
  };
  const { inside, entries, exits } = attendance;
  add('inside', inside ? 1 : 0);
  add('attended', entries > 0 ? 1 : 0);
  add('entries', entries);
  add('exits', exits);
  add('returned', Math.max(0, entries - 1));
  for (const { refused, annulled } of record.scans) {
    if (refused !== null && !annulled) add(REFUSED + refused, 1);
  }
  add('conflicts', attendance.conflicts.length);
  add('changes', record.changes);
  for (const [prefix, value] of [
    ['c', record.category],
    ['n', record.country],
  ] as const) {
    if (!value) continue;
    add(`${prefix}:${value}:i`, inside ? 1 : 0);
    add(`${prefix}:${value}:a`, entries > 0 ? 1 : 0);
  }
  for (const { from, until } of attendance.visits) {
    if (until !== null) add(`d:${dwellBucket(until - from)}`, 1);
  }
  return fields;
};

const EMPTY_MINUTE: Minute = { entries: 0, exits: 0, step: 0 };

/** Adds `times` a minute to the one of the same time. */
export const addMinute = (
  minutes: Map<number, Minute>,
  minute: number,
  { entries = 0, exits = 0, step = 0 }: Partial<Minute>,
  times = 1,
): void => {
  const known = minutes.get(minute) ?? EMPTY_MINUTE;
  minutes.set(minute, {
    entries: known.entries + times * entries,
    exits: known.exits + times * exits,
    step: known.step + times * step,
  });
};

/** What one record adds to the timeline. */
export const minuteTally = (record: AttendanceRecord | undefined): Minutes => {
  const minutes = new Map<number, Minute>();
  if (!record) return minutes;
  const { counted, moves } = attendanceIn(record);
  const add = (ms: number, change: Partial<Minute>) => addMinute(minutes, Math.floor(ms / MINUTE_MS), change);
  for (const { scannedAt, direction } of counted.filter((scan) => !isOutOfEvent(scan)))
    add(scannedAt, direction === 'entry' ? { entries: 1 } : { exits: 1 });
  for (const { at, step } of moves) add(at, { step });
  return minutes;
};

/** `after - before`, without minutes in which nothing differs. */
export const minuteDifference = (after: Minutes, before: Minutes): Minutes => {
  const minutes = new Map<number, Minute>(after);
  for (const [minute, change] of before) addMinute(minutes, minute, change, -1);
  for (const [minute, { entries, exits, step }] of minutes) {
    if (entries === 0 && exits === 0 && step === 0) minutes.delete(minute);
  }
  return minutes;
};

/** `after - before`, without zeros. */
export const difference = (after: Tally, before: Tally): Tally => {
  const fields: Record<string, number> = {};
  for (const field of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const amount = (after[field] ?? 0) - (before[field] ?? 0);
    if (amount !== 0) fields[field] = amount;
  }
  return fields;
};

export const sum = (tallies: Iterable<Tally>): Tally => {
  const fields: Record<string, number> = {};
  for (const each of tallies) {
    for (const [field, amount] of Object.entries(each)) fields[field] = (fields[field] ?? 0) + amount;
  }
  return fields;
};
