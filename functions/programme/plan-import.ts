import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { MAX_ERRORS, placesOf } from '../../shared/contract/problem.ts';
import type { ProblemPlace } from '../../shared/contract/problem-details.ts';
import {
  type ImportResult,
  type SessionRow,
  sessionRow,
  type VenueRow,
  venueRow,
} from '../../shared/contract/programme.ts';
import type { StoredSession, Venue } from '../../shared/contract/sessions.ts';
import { usualKind } from '../../shared/domain/event-words.ts';
import type { FileRow, FileRows } from '../../shared/import/schedule-rows.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { changeSession, mergeVenue, newSession, sessionFaults } from './merge.ts';
import { warningsOf } from './warnings.ts';
import { type EventWords, titleIn, unknownWords } from './words.ts';

/** The programme is answered and cached as a whole; Lambda answers at most 6 MB. */
const MAX_PROGRAMME_BYTES = 5_000_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 350_000;

const noCounts = { created: 0, updated: 0, unchanged: 0 };
type Counts = ImportResult['venues'];

interface JudgedRow<Row> {
  readonly pointer: string;
  readonly row: Row;
  readonly identity?: string | undefined;
}

const judge = <Schema extends z.core.$ZodType>(
  rows: readonly FileRow[],
  schema: Schema,
  errors: ProblemPlace[],
) =>
  rows.flatMap(({ pointer, value, identity, faults = [] }): JudgedRow<z.output<Schema>>[] => {
    if (faults.length > 0) {
      errors.push(...faults);
      return [];
    }
    const result = z.safeParse(schema, value);
    if (result.success) return [{ pointer, row: result.data, identity }];
    errors.push(
      ...placesOf(result.error).map((place) => ({ ...place, pointer: `${pointer}${place.pointer}` })),
    );
    return [];
  });

/** Names each row whose id an earlier one has. */
const repeatedIds = (rows: readonly { pointer: string; id: string }[], field: string): ProblemPlace[] => {
  const first = new Map<string, string>();
  return rows.flatMap(({ pointer, id }) => {
    const earlier = first.get(id);
    if (earlier !== undefined) {
      return [
        { pointer: `${pointer}/${field}`, detail: `${id} stands at ${earlier || 'the beginning'} already` },
      ];
    }
    first.set(id, pointer);
    return [];
  });
};

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const venueFaults = ({ pointer, row }: JudgedRow<VenueRow>): ProblemPlace[] => [
  ...repeatedIds(
    (row.rooms ?? []).map(({ roomId }, index) => ({ pointer: `${pointer}/rooms/${index}`, id: roomId })),
    'roomId',
  ),
  ...(bytesOf(row) > MAX_ITEM_BYTES
    ? [{ pointer, detail: 'is too large: give its rooms shorter titles' }]
    : []),
];

interface Merged<T> {
  readonly before: T | undefined;
  readonly after: T;
}

const MAX_FORETOLD = 200;

const foretell = (merged: readonly Merged<StoredSession>[]): ImportPlan['foretold'] => {
  const ids = (rows: readonly Merged<StoredSession>[]) =>
    rows.slice(0, MAX_FORETOLD).map(({ after }) => after.sessionId);
  return {
    created: ids(merged.filter(({ before }) => before === undefined)),
    updated: ids(merged.filter(({ before, after }) => before && !isDeepStrictEqual(before, after))),
  };
};

const count = <T>(merged: readonly Merged<T>[]): Counts => {
  const created = merged.filter(({ before }) => before === undefined).length;
  const unchanged = merged.filter(({ before, after }) => isDeepStrictEqual(before, after)).length;
  return { created, updated: merged.length - created - unchanged, unchanged };
};

export interface ImportPlan {
  readonly result: ImportResult;
  /** Sessions that are created and updated; the first of them. */
  readonly foretold: NonNullable<ImportResult['foretold']>;
  /** What to put into force; undefined when nothing changes or something is wrong. */
  readonly programme: Programme | undefined;
}

const refused = (errors: readonly ProblemPlace[]): ImportPlan => ({
  result: {
    ...noCounts,
    warnings: [],
    missing: [],
    errors: errors.slice(0, MAX_ERRORS),
    errorCount: errors.length,
    venues: noCounts,
    sessions: noCounts,
  },
  foretold: { created: [], updated: [] },
  programme: undefined,
});

/** Sessions that the file leaves alone but whose room it takes away. */
const orphanFaults = (
  untouched: readonly StoredSession[],
  venues: ReadonlyMap<string, Venue>,
  rows: readonly JudgedRow<VenueRow>[],
): ProblemPlace[] => {
  const pointers = new Map(rows.map(({ pointer, row }) => [row.venueId, pointer]));
  return untouched.flatMap((session) => {
    const pointer = pointers.get(session.venueId);
    const homeless = sessionFaults(session, venues, new Set()).some((fault) => fault.pointer === '/roomId');
    if (pointer === undefined || !homeless) return [];
    const detail = `must keep ${session.roomId}: the session ${session.sessionId} is there`;
    return [{ pointer: `${pointer}/rooms`, detail }];
  });
};

const mergeSession = (
  before: StoredSession | undefined,
  { title, ...row }: SessionRow,
  venues: ReadonlyMap<string, Venue>,
  words: EventWords,
  source: NonNullable<StoredSession['source']>,
): StoredSession => {
  const titled = { ...row, title: titleIn(title, words, before?.title) };
  const after = before ? changeSession(before, titled) : newSession(titled, venues, usualKind(words.kinds));
  return after.source ? after : { ...after, source };
};

/** What is wrong with rows by themselves, or beside each other. */
const rowFaults = (
  venueRows: readonly JudgedRow<VenueRow>[],
  sessionRows: readonly JudgedRow<SessionRow>[],
  words: EventWords,
): ProblemPlace[] => [
  ...repeatedIds(
    venueRows.map(({ pointer, row }) => ({ pointer, id: row.venueId })),
    'venueId',
  ),
  ...repeatedIds(
    sessionRows.map(({ pointer, row }) => ({ pointer, id: row.sessionId })),
    'sessionId',
  ),
  ...venueRows.flatMap(venueFaults),
  ...sessionRows.flatMap(({ pointer, row }) =>
    unknownWords(row, words).map((place) => ({ ...place, pointer: `${pointer}${place.pointer}` })),
  ),
];

/** Works out what a file makes of the stored programme; all of it or nothing. */
export const planImport = (
  stored: Programme,
  file: FileRows,
  { timeZone: eventTimeZone, ...words }: EventWords & { readonly timeZone: string },
): ImportPlan => {
  const errors: ProblemPlace[] = [];
  const venueRows = judge(file.venues, venueRow, errors);
  const sessionRows = judge(file.sessions, sessionRow, errors);
  errors.push(...rowFaults(venueRows, sessionRows, words));

  const storedVenues = new Map(stored.venues.map((venue) => [venue.venueId, venue]));
  const mergedVenues = venueRows.map(({ row }) => {
    const before = storedVenues.get(row.venueId);
    return { before, after: mergeVenue(before, row, eventTimeZone) };
  });
  const venues = new Map([
    ...storedVenues,
    ...mergedVenues.map(({ after }) => [after.venueId, after] as const),
  ]);

  const storedSessions = new Map(stored.sessions.map((session) => [session.sessionId, session]));
  const mergedSessions = sessionRows.map(({ pointer, row, identity = row.sessionId }) => {
    const before = storedSessions.get(row.sessionId);
    return {
      pointer,
      before,
      after: mergeSession(before, row, venues, words, { file: file.source, identity }),
    };
  });
  const brokenVenues = file.venues.length > venueRows.length;
  const sessionIds = new Set([
    ...storedSessions.keys(),
    ...mergedSessions.map(({ after }) => after.sessionId),
  ]);
  for (const { pointer, after } of mergedSessions) {
    const faults = sessionFaults(after, venues, sessionIds)
      // A venue that could not be read is named once, not again by each of its sessions.
      .filter((fault) => !(brokenVenues && fault.pointer === '/venueId'));
    errors.push(...faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })));
  }
  const named = new Set(sessionRows.map(({ row }) => row.sessionId));
  const untouched = stored.sessions.filter(({ sessionId }) => !named.has(sessionId));
  errors.push(...orphanFaults(untouched, venues, venueRows));
  if (errors.length > 0) return refused(errors);

  const programme = {
    venues: [...venues.values()],
    sessions: [...untouched, ...mergedSessions.map(({ after }) => after)],
  };
  if (bytesOf(programme) > MAX_PROGRAMME_BYTES) {
    return refused([
      { pointer: '', detail: `the whole programme would have more than ${MAX_PROGRAMME_BYTES} bytes` },
    ]);
  }
  const counts = { venues: count(mergedVenues), sessions: count(mergedSessions) };
  const sum = (key: keyof Counts) => counts.venues[key] + counts.sessions[key];
  const result = {
    created: sum('created'),
    updated: sum('updated'),
    unchanged: sum('unchanged'),
    warnings: warningsOf(
      mergedSessions
        .filter(({ before, after }) => before !== after)
        .map(({ pointer, after }) => ({ pointer, session: after })),
      programme.sessions,
    ),
    missing: untouched.filter(({ source }) => source?.file === file.source).map(({ sessionId }) => sessionId),
    errors: [],
    errorCount: 0,
    ...counts,
  };
  return {
    result,
    foretold: foretell(mergedSessions),
    programme: result.created + result.updated > 0 ? programme : undefined,
  };
};
