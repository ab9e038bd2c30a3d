import * as z from 'zod/mini';
import type { exportAttendance, exportAttendees, listAttendees } from '../../shared/contract/attendees.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { capacityOf } from '../../shared/domain/capacity.ts';
import { refusedIn, sum } from '../../shared/domain/tally.ts';
import { zonedText } from '../../shared/domain/zoned-time.ts';
import type { Cursors } from '../../shared/runtime/cursors.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { ReadPage } from '../../shared/store/attendance/pages.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Page, PageRequest } from '../../shared/store/list-page.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { type Attended, attendedOf, attendeeOf } from './attendee.ts';
import { csvAnswer, type Row, takesGzip } from './csv.ts';
import { type Holder, type HoldersOf, holdersFor } from './holders.ts';

export interface ExportDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly programme: (event: string) => Promise<Programme>;
  readonly readPage: ReadPage;
  readonly counts: Pick<CountStore, 'list'>;
  readonly badges: Pick<BadgeStore, 'getAll'>;
  readonly clock: () => number;
}

const zoneOf = ({ venues }: Programme, { venueId }: StoredSession, { timeZone }: EventRecord): string =>
  venues.find((venue) => venue.venueId === venueId)?.timeZone ?? timeZone;

const sessionOf = async (deps: ExportDeps, event: string, sessionId: string) => {
  const record = await deps.event(event);
  const programme = await deps.programme(event);
  const session = programme.sessions.find((each) => each.sessionId === sessionId);
  if (!session) throw new Problem('not-found', `There is no session ${sessionId}`);
  return { session, timeZone: zoneOf(programme, session, record) };
};

const position = z.tuple([z.int(), z.optional(z.string())]);

/** Goes on in a shard after a badge: where, as a cursor holds it. */
const attendedPage = async (
  { readPage, clock }: ExportDeps,
  event: string,
  { sessionId, shards }: StoredSession,
  { limit, after: where }: PageRequest<Attended>,
): Promise<Page<Attended>> => {
  const now = clock();
  const items: Attended[] = [];
  let [shard, after] = where === undefined ? [0] : position.parse(JSON.parse(where));
  while (shard < shards && items.length < limit) {
    const { records, next } = await readPage(event, sessionId, shard, {
      limit: limit - items.length,
      after,
    });
    items.push(...records.flatMap((record) => attendedOf(record, now) ?? []));
    after = next;
    if (next === undefined) shard += 1;
  }
  return {
    items,
    ...(shard < shards && { next: JSON.stringify(after === undefined ? [shard] : [shard, after]) }),
  };
};

/** Those who attended, by shard and badge, page by page. */
export const attendees =
  (deps: ExportDeps & { readonly cursors: Cursors }) =>
  async ({ params, query, principal }: CallOf<typeof listAttendees>): Promise<Answer> => {
    const { event, session: sessionId } = params;
    const { session } = await sessionOf(deps, event, sessionId);
    const { items, ...next } = await deps.cursors.page(
      ['attendees', event, sessionId],
      query.cursor,
      (after) => attendedPage(deps, event, session, { limit: query.limit, after }),
    );
    const holders = await holdersFor(deps, principal)(
      event,
      items.map(({ badgeId }) => badgeId),
    );
    return {
      status: 200,
      body: { items: items.map((item) => attendeeOf(item, holders(item.badgeId))), ...next },
    };
  };

const ATTENDEE_COLUMNS = [
  'badgeId',
  'category',
  'country',
  'name',
  'company',
  'inside',
  'entries',
  'exits',
  'firstEntryAt',
  'lastScanAt',
  'minutesInside',
];

/** Rows of everyone who attended, a page at a time; the next page is fetched while one is worked on. */
async function* attendeeRows(
  { readPage, clock }: ExportDeps,
  event: string,
  { sessionId, shards }: StoredSession,
  timeZone: string,
  holdersOf: HoldersOf,
): AsyncGenerator<Row[]> {
  const now = clock();
  const timeOf = (ms: number | null) => (ms === null ? null : zonedText(ms, timeZone));
  const rowOf = (attended: Attended, { name, company }: Holder): Row => [
    attended.badgeId,
    attended.category,
    attended.country,
    name,
    company,
    attended.inside,
    attended.entries,
    attended.exits,
    timeOf(attended.firstEntryAt),
    timeOf(attended.lastScanAt),
    attended.minutesInside,
  ];
  for (let shard = 0; shard < shards; shard += 1) {
    let page: ReturnType<ReadPage> | undefined = readPage(event, sessionId, shard);
    while (page) {
      const { records, next }: Awaited<ReturnType<ReadPage>> = await page;
      page = next === undefined ? undefined : readPage(event, sessionId, shard, { after: next });
      // Whoever stops reading early leaves this promise alone.
      page?.catch(() => undefined);
      const came = records.flatMap((record) => attendedOf(record, now) ?? []);
      const holders = await holdersOf(
        event,
        came.map(({ badgeId }) => badgeId),
      );
      yield came.map((attended) => rowOf(attended, holders(attended.badgeId)));
    }
  }
}

export const attendeesCsv =
  (deps: ExportDeps) =>
  async ({ params, headers, principal }: CallOf<typeof exportAttendees>): Promise<Answer> => {
    const { event, session: sessionId } = params;
    const { session, timeZone } = await sessionOf(deps, event, sessionId);
    return csvAnswer(attendeeRows(deps, event, session, timeZone, holdersFor(deps, principal)), {
      columns: ATTENDEE_COLUMNS,
      name: `${event}-${sessionId}-attendees`,
      gzip: takesGzip(headers['accept-encoding']),
    });
  };

const SUMMARY_COUNTS = ['inside', 'attended', 'entries', 'exits', 'refused', 'returned', 'conflicts'];
const SUMMARY_COLUMNS = [
  'sessionId',
  'title',
  'kind',
  'venueId',
  'roomId',
  'startsAt',
  'endsAt',
  'capacity',
  ...SUMMARY_COUNTS,
];

async function* summaryRows(
  { counts }: ExportDeps,
  record: EventRecord,
  programme: Programme,
): AsyncGenerator<Row[]> {
  const bySession = Map.groupBy(await counts.list(record.event), ({ sessionId }) => sessionId);
  const sessions = programme.sessions.toSorted(
    (a, b) => a.startsAt.localeCompare(b.startsAt) || a.sessionId.localeCompare(b.sessionId),
  );
  yield sessions.map((session): Row => {
    const zone = zoneOf(programme, session, record);
    const fields = sum((bySession.get(session.sessionId) ?? []).map((counter) => counter.fields));
    const title = record.languages.map((language) => session.title[language]).find(Boolean);
    return [
      session.sessionId,
      title ?? Object.values(session.title)[0] ?? '',
      session.kind,
      session.venueId,
      session.roomId,
      zonedText(Date.parse(session.startsAt), zone),
      zonedText(Date.parse(session.endsAt), zone),
      capacityOf(session, programme),
      ...SUMMARY_COUNTS.map((field) => (field === 'refused' ? refusedIn(fields) : (fields[field] ?? 0))),
    ];
  });
}

export const attendanceCsv =
  (deps: ExportDeps) =>
  async ({ params: { event }, headers }: CallOf<typeof exportAttendance>): Promise<Answer> => {
    const record = await deps.event(event);
    return csvAnswer(summaryRows(deps, record, await deps.programme(event)), {
      columns: SUMMARY_COLUMNS,
      name: `${event}-attendance`,
      gzip: takesGzip(headers['accept-encoding']),
    });
  };
