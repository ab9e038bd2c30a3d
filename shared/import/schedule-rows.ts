import { Problem } from '../contract/problem.ts';
import type { ProblemPlace } from '../contract/problem-details.ts';
import { MAX_SESSIONS } from '../contract/programme.ts';
import type { StoredSession, Venue } from '../contract/sessions.ts';
import type { EventRecord } from '../store/events.ts';
import { importSchedule, type Schedule } from './import-schedule.ts';
import { parseScheduleXml } from './parse-schedule-xml.ts';
import { scheduleOfJson } from './read-schedule.ts';
import { sourceOf } from './session-ids.ts';

/** What an import has to know of its event. */
export type ImportingEvent = Pick<EventRecord, 'event' | 'timeZone' | 'languages'> & {
  readonly kinds: readonly { readonly id: string }[];
};

/** A row of a file that may be anything, and where it stands in the file. */
export interface FileRow {
  readonly pointer: string;
  readonly value: unknown;
  /** What identifies a session in its file, where that is not its id. */
  readonly identity?: string;
  /** What cannot be read in the file itself: judged instead of the value. */
  readonly faults?: readonly ProblemPlace[];
}
export interface FileRows {
  /** Which file it is one of: what an earlier one of these had and this one has not is missing. */
  readonly source: string;
  readonly venues: readonly FileRow[];
  readonly sessions: readonly FileRow[];
}

/** What is there already; `source` is known to the server alone. */
export interface KnownProgramme {
  readonly venues: readonly Venue[];
  readonly sessions: readonly Pick<
    StoredSession,
    'sessionId' | 'venueId' | 'startsAt' | 'roomId' | 'source'
  >[];
}

export type ScheduleFile = { readonly xml: string } | { readonly json: unknown };

const malformed = (detail: string) =>
  new Problem('validation', `The file ${detail}`, { errors: [{ pointer: '', detail }] });

const read = (file: ScheduleFile): Schedule => {
  if ('json' in file) {
    const schedule = scheduleOfJson(file.json);
    if (!schedule)
      throw malformed('is no schedule.json: it needs schedule.conference with days, or schedule.events');
    return schedule;
  }
  const parsed = parseScheduleXml(file.xml);
  if (parsed.kind === 'broken') throw malformed(parsed.detail);
  return parsed.schedule;
};

/**
 * A schedule file as rows of the native form.
 * @throws {Problem} `validation` when it cannot be read at all, or has no session
 */
export const rowsOfSchedule = (
  file: ScheduleFile,
  { event, timeZone, languages, kinds }: ImportingEvent,
  { venues, sessions }: KnownProgramme,
  venueId: string | undefined,
): FileRows => {
  const rows = importSchedule(read(file), {
    event,
    timeZone,
    language: languages[0] ?? 'en',
    kinds,
    venueId,
    known: (id) => venues.find((venue) => venue.venueId === id),
    sessions: sessions.map(({ sessionId, venueId: at, source, startsAt, roomId }) => ({
      sessionId,
      identity: source?.identity ?? sessionId,
      file: source?.file ?? sourceOf(at),
      startsAt,
      roomId,
    })),
  });
  if (rows.sessions.length === 0) throw malformed('has no session: no event was found in its days');
  if (rows.sessions.length > MAX_SESSIONS)
    throw malformed(
      `has ${rows.sessions.length} sessions; at most ${MAX_SESSIONS} are read: send it in parts`,
    );
  return rows;
};
