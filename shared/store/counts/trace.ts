import * as z from 'zod/mini';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { type Minutes, minuteTally, type Tally, tally } from '../../domain/tally.ts';
import type { Mark } from '../attendance/marks.ts';
import { readJson } from './read-json.ts';

/** What one record adds to counter and timeline. */
export interface Part {
  readonly fields: Tally;
  readonly minutes: Minutes;
}

export const partOf = (record: AttendanceRecord | undefined): Part => ({
  fields: tally(record),
  minutes: minuteTally(record),
});

/** What a trace calls a record: its badge, or the scan of a refusal that belongs to none. */
export const recordName = (record: AttendanceRecord | undefined): string =>
  record?.badgeId || (record?.scans[0]?.scanId ?? '');

const storedPart = z.union([
  z.object({
    f: z.record(z.string(), z.number()),
    m: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  }),
  // The changes of a record that has put scans aside: only reading it says what it adds.
  z.object({ ch: z.number() }),
]);
type StoredPart = z.infer<typeof storedPart>;

const storedTrace = z.object({
  id: z.string(),
  until: z.number(),
  marks: z.array(z.string()),
  seen: z.record(z.string(), storedPart),
});

/**
 * What a counter remembers for whoever verifies it: from the first mark that comes through the stream of its records
 * until a time that the marks name.
 */
export interface Trace extends Readonly<z.infer<typeof storedTrace>> {
  /** The mark that began it. */
  readonly id: string;
  /** ms since 1970. */
  readonly until: number;
  /** All marks since, the first included. */
  readonly marks: string[];
  /** What each record that was counted since added when it was last counted, by name. */
  readonly seen: Record<string, StoredPart>;
}

/** What of a stream record concerns a trace. */
export interface Traced {
  readonly mark?: Mark | undefined;
  readonly record?: { readonly name: string; readonly after: Part | { readonly changes: number } };
}

/** What of a record concerns a trace. */
export const tracedRecord = (
  known: AttendanceRecord | undefined,
  after: AttendanceRecord | undefined,
): NonNullable<Traced['record']> => ({
  name: recordName(known),
  after: after?.archive ? { changes: after.changes } : partOf(after),
});

/** A trace that grows beyond this is given up, characters: an item has at most 400 KB. */
const MAX_TRACE_LENGTH = 200_000;

export const traceText = (trace: Trace): string => JSON.stringify(trace);

/** None where the text cannot be read: whoever verifies asks for another one. */
export const traceFromText = (text: string | undefined): Trace | null => readJson(storedTrace, text) ?? null;

const toStored = (part: Part | { readonly changes: number }): StoredPart =>
  'changes' in part
    ? { ch: part.changes }
    : {
        f: { ...part.fields },
        m: [...part.minutes].map(([minute, { entries, exits, step }]) => [minute, entries, exits, step]),
      };

/**
 * The records that were counted during a trace, as they were when they were last counted; undefined where that is not
 * known: one with scans put aside was not `read` as it was then.
 */
export const tracedParts = (
  { seen }: Trace,
  read: ReadonlyMap<string, Part>,
): [string, Part][] | undefined => {
  const parts: [string, Part][] = [];
  for (const [name, stored] of Object.entries(seen)) {
    if ('ch' in stored) {
      if (read.get(name)?.fields['changes'] !== stored.ch) return undefined;
      continue;
    }
    const minutes = new Map(
      stored.m.map(([minute, entries, exits, step]) => [minute, { entries, exits, step }]),
    );
    parts.push([name, { fields: stored.f, minutes }]);
  }
  return parts;
};

/** The trace after more records; null where nobody asks any more. */
export const continueTrace = (trace: Trace | null, records: readonly Traced[], now: number): Trace | null => {
  let kept = trace && trace.until > now ? trace : null;
  for (const { mark, record } of records) {
    if (mark) {
      const { id, until, marks, seen } = kept ?? { id: mark.id, until: mark.until, marks: [], seen: {} };
      kept = { id, until: Math.max(until, mark.until), marks: [...marks, mark.id], seen: { ...seen } };
    }
    if (record && kept) kept = { ...kept, seen: { ...kept.seen, [record.name]: toStored(record.after) } };
  }
  return kept && traceText(kept).length <= MAX_TRACE_LENGTH ? kept : null;
};
