import { Problem } from '../contract/problem.ts';
import type { Venue } from '../contract/sessions.ts';
import type { EventRecord } from '../store/events.ts';
import { importSchedule, type Schedule } from './import-schedule.ts';
import { parseScheduleXml } from './parse-schedule-xml.ts';
import { scheduleOfJson } from './read-schedule.ts';

/** A row of a file that may be anything, and where it stands in the file. */
export interface FileRow {
  readonly pointer: string;
  readonly value: unknown;
}
export interface FileRows {
  readonly venues: readonly FileRow[];
  readonly sessions: readonly FileRow[];
}

export type ScheduleFile = { readonly xml: string } | { readonly json: unknown };

const malformed = (detail: string) =>
  new Problem('validation', `The file ${detail}`, { errors: [{ pointer: '', detail }] });

const read = (file: ScheduleFile): Schedule => {
  if ('json' in file) {
    const schedule = scheduleOfJson(file.json);
    if (!schedule) throw malformed('is no schedule.json: it needs schedule.conference.days');
    return schedule;
  }
  const parsed = parseScheduleXml(file.xml);
  if (parsed.kind === 'broken') throw malformed(parsed.detail);
  return parsed.schedule;
};

/**
 * A schedule file as rows of the native form.
 * @throws {Problem} `validation` when it cannot be read at all
 */
export const rowsOfSchedule = (
  file: ScheduleFile,
  { event, timeZone, languages }: Pick<EventRecord, 'event' | 'timeZone' | 'languages'>,
  venues: readonly Venue[],
  venueId: string | undefined,
): FileRows =>
  importSchedule(read(file), {
    event,
    timeZone,
    language: languages[0] ?? 'en',
    venueId,
    known: (id) => venues.find((venue) => venue.venueId === id),
  });
