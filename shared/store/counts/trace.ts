import * as z from 'zod/mini';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { type Minutes, minuteTally, type Tally, tally } from '../../domain/tally.ts';
import type { Mark } from '../attendance/marks.ts';

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

const storedPart = z.object({
  f: z.record(z.string(), z.number()),
  m: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
});
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
  readonly record?: { readonly name: string; readonly after: Part };
}

/** A trace that grows beyond this is given up, characters: an item has at most 400 KB. */
const MAX_TRACE_LENGTH = 200_000;

export const traceText = (trace: Trace): string => JSON.stringify(trace);

export const traceFromText = (text: string | undefined): Trace | null =>
  text === undefined ? null : storedTrace.parse(JSON.parse(text));

const toStored = ({ fields, minutes }: Part): StoredPart => ({
  f: { ...fields },
  m: [...minutes].map(([minute, { entries, exits, step }]) => [minute, entries, exits, step]),
});

/** The records that were counted during a trace, as they were when they were last counted. */
export const tracedParts = ({ seen }: Trace): [string, Part][] =>
  Object.entries(seen).map(([name, { f, m }]) => [
    name,
    {
      fields: f,
      minutes: new Map(m.map(([minute, entries, exits, step]) => [minute, { entries, exits, step }])),
    },
  ]);

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
