import { isTimeZone } from '../contract/texts.ts';
import { usualKind } from '../domain/event-words.ts';
import { durationOf, instantInDay, instantOf, wallClock } from './schedule-time.ts';
import { type KnownSession, sessionIds, sourceOf } from './session-ids.ts';
import { distinctSlugs, shortHash, slugOf } from './slugs.ts';

/** A schedule as frab, pentabarf and pretalx exchange it, whether it came as XML or as JSON. */
export interface Schedule {
  readonly title: string;
  readonly acronym: string;
  readonly venue: string;
  readonly city: string;
  readonly timeZone: string;
  /** Time of the day at which a schedule's day begins, as written. */
  readonly dayChange: string;
  /** Rooms that the file declares beside its days. */
  readonly rooms: readonly { readonly name: string; readonly capacity: number | null }[];
  readonly days: readonly ScheduleDay[];
}

export interface ScheduleDay {
  readonly date: string;
  readonly start: string;
  readonly events: readonly ScheduleEvent[];
}

/** Texts as written; empty where the file says nothing. */
export interface ScheduleEvent {
  readonly pointer: string;
  readonly guid: string;
  readonly id: string;
  readonly code: string;
  readonly date: string;
  readonly start: string;
  readonly end: string;
  readonly duration: string;
  readonly room: string;
  readonly title: string;
  readonly track: string;
  readonly type: string;
}

export interface ImportSettings {
  /** Of the event: used where the file names none. */
  readonly timeZone: string;
  /** Of the event: the titles of the file are taken to be in it. */
  readonly language: string;
  /** Of the event: what the venue is called where the file says nothing. */
  readonly event: string;
  /** The venue that the file's rooms belong to; else one is made of the conference's acronym. */
  readonly venueId?: string | undefined;
  /** What is known of a venue already: it keeps its title and time zone, and the file adds rooms. */
  readonly known: (venueId: string) => KnownVenue | undefined;
  /** Kinds of sessions that the event has. */
  readonly kinds: readonly { readonly id: string }[];
  /** Sessions of earlier imports. */
  readonly sessions: readonly KnownSession[];
}

type Title = string | Readonly<Record<string, string>>;

interface KnownVenue {
  readonly title: Title;
  readonly city: string | null;
  readonly timeZone: string;
  readonly rooms: readonly Room[];
}

interface Room {
  readonly roomId: string;
  readonly title: Title;
  readonly capacity: number | null;
}

/** A row in the form of the native programme, and where it came from. */
export interface ImportedRow {
  readonly pointer: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** What identifies a session in its file; a talk that is given twice has one for both. */
  readonly identity?: string;
  /** Whether that is a guid. */
  readonly isUnique?: boolean;
  /** What of the file itself cannot be read; the value is then no whole row. */
  readonly faults?: readonly { readonly pointer: string; readonly detail: string }[];
}

const HOUR_MS = 3_600_000;
const MAX_TITLE = 300;
const MAX_TOPIC = 64;
const MAX_CITY = 120;

/** One line without control characters, of at most so many UTF-16 units. */
const line = (text: string, max: number): string => {
  const clean = text.replaceAll(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}\u200b\ufeff]+/gu, ' ').trim();
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};

const kinds: readonly (readonly [RegExp, string])[] = [
  [/ceremony|opening|closing/i, 'ceremony'],
  [/workshop|seminar|tutorial|training/i, 'seminar'],
  [/exhibition|stand|booth|poster/i, 'exhibition'],
  [/performance|concert|film|party|social|meetup|game|dj/i, 'activity'],
];
/** The event's kind of this name, else the nearest that it has. */
const kindOf = (type: string, known: readonly { readonly id: string }[]): string => {
  const named = slugOf(type || 'forum');
  const nearest = kinds.find(([pattern]) => pattern.test(type))?.[1];
  return [named, nearest].find((kind) => known.some(({ id }) => id === kind)) ?? usualKind(known);
};

/** When the schedule's day begins: as it says, else as the conference says, else at midnight; ms. */
const dayStartOf = ({ start }: ScheduleDay, { dayChange }: Schedule): number => {
  const clock = /[T ](\d{1,2}:\d{2})/.exec(start)?.[1] ?? start;
  return wallClock(clock) ?? wallClock(dayChange) ?? 0;
};

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * What identifies an event of the file from one export to the next: the guid where there is one, because
 * numbers repeat when schedules of several sources are put together.
 */
const identityOf = ({ guid, id, code, title, room, date, start }: ScheduleEvent): string =>
  guid || id || code || shortHash([title, room, date, start].join('\n'));

/** Undefined when nothing can be made of what stands there. */
const endOf = (
  { end, duration }: ScheduleEvent,
  startsAt: number | undefined,
  timeZone: string,
): number | undefined => {
  const written = instantOf(end, timeZone);
  if (written !== undefined || startsAt === undefined) return written;
  if (duration.trim() === '') return end.trim() === '' ? startsAt + HOUR_MS : undefined;
  const length = durationOf(duration);
  // Some tools write 00:00 where they know none.
  return length === undefined ? undefined : startsAt + (length || HOUR_MS);
};

/** What says how long it takes and cannot be read; only what says nothing is an hour. */
const unreadableEnd = ({ pointer, end, duration }: ScheduleEvent) => {
  const [field, written, form] = duration.trim()
    ? (['duration', duration, 'duration: write hours and minutes such as 01:30, or minutes'] as const)
    : (['end', end, 'time: write it such as 2023-07-04T11:30:00+02:00, or give a duration'] as const);
  return {
    pointer: `${pointer}/${field}`,
    detail: `${JSON.stringify(written.slice(0, 40))} is no ${form}`,
  };
};

/** Times read in another zone than the file means would be wrong by hours, and nobody would be told. */
const unknownZone = ({ timeZone }: Schedule) =>
  timeZone === '' || isTimeZone(timeZone)
    ? []
    : [
        {
          pointer: '/schedule/conference/time_zone_name',
          detail: `${JSON.stringify(timeZone.slice(0, 40))} is no IANA time zone such as Asia/Shanghai`,
        },
      ];

/**
 * The venue and sessions of a schedule file. Ids follow from the file alone, so importing it again, or a newer
 * export of it, updates what is there. Without an end the duration counts, without that an hour.
 */
export const importSchedule = (
  schedule: Schedule,
  settings: ImportSettings,
): { source: string; venues: ImportedRow[]; sessions: ImportedRow[] } => {
  const venueId = settings.venueId ?? slugOf(schedule.acronym || schedule.title || settings.event);
  const known = settings.known(venueId);
  const timeZone = isTimeZone(schedule.timeZone) ? schedule.timeZone : (known?.timeZone ?? settings.timeZone);
  const rooms = new Map<string, Room>((known?.rooms ?? []).map((room) => [room.roomId, room]));
  const roomIdOf = distinctSlugs();
  const roomIds = new Map<string, string>();

  const addRoom = (name: string, capacity: number | null): string | null => {
    const title = line(name, MAX_TITLE);
    if (title === '') return null;
    const roomId = roomIds.get(title) ?? roomIdOf(title);
    roomIds.set(title, roomId);
    const before = rooms.get(roomId);
    rooms.set(roomId, { roomId, title, ...before, capacity: before?.capacity ?? capacity });
    return roomId;
  };
  for (const { name, capacity } of schedule.rooms) addRoom(name, capacity);

  const sessionOf = (day: ScheduleDay, event: ScheduleEvent): ImportedRow => {
    const startsAt =
      instantOf(event.date, timeZone) ??
      instantInDay(event.date || day.date, event.start, dayStartOf(day, schedule), timeZone);
    const endsAt = endOf(event, startsAt, timeZone);
    const topic = line(event.track, MAX_TOPIC);
    return {
      pointer: event.pointer,
      faults: startsAt !== undefined && endsAt === undefined ? [unreadableEnd(event)] : [],
      identity: identityOf(event),
      isUnique: event.guid !== '',
      value: {
        sessionId: '',
        title: { [settings.language]: line(event.title, MAX_TITLE) || 'Untitled' },
        kind: kindOf(event.type, settings.kinds),
        venueId,
        roomId: addRoom(event.room, null),
        // What cannot be read stays as it is written, for the row's error to name.
        startsAt: startsAt === undefined ? event.date || event.start : iso(startsAt),
        endsAt: endsAt === undefined ? event.end : iso(endsAt),
        topics: topic === '' ? [] : [topic],
      },
    };
  };

  const rows = schedule.days.flatMap((day) => day.events.map((event) => sessionOf(day, event)));
  const source = sourceOf(venueId);
  const ids = sessionIds(rows, settings.sessions, source);
  const sessions = rows.map((row, index) => ({
    ...row,
    value: { ...row.value, sessionId: ids[index] ?? '' },
  }));
  const venue = {
    venueId,
    title: known?.title ?? (line(schedule.venue || schedule.title, MAX_TITLE) || settings.event),
    city: known?.city ?? (line(schedule.city, MAX_CITY) || null),
    timeZone,
    rooms: [...rooms.values()],
  };
  const venues = [{ pointer: '/schedule/conference', faults: unknownZone(schedule), value: venue }];
  return { source, venues, sessions };
};
