import { instantOfWall } from '../domain/zoned-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const clockPattern = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/;
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/** Midnight of a date as if it were UTC, ms; undefined for what is no date of the calendar. */
export const wallDate = (text: string): number | undefined => {
  const [, year, month, day] = datePattern.exec(text.trim()) ?? [];
  if (!year) return undefined;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return new Date(ms).toISOString().startsWith(text.trim()) ? ms : undefined;
};

/** A time of the day such as 9:30 or 09:30:00, ms after midnight. 24:00 and later belong to the next day. */
export const wallClock = (text: string): number | undefined => {
  const [, hours, minutes, seconds = '0'] = clockPattern.exec(text.trim()) ?? [];
  if (hours === undefined || Number(hours) > 47 || Number(minutes) > 59 || Number(seconds) > 59)
    return undefined;
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
};

const offsetMs = (text: string): number => {
  if (/^z$/i.test(text)) return 0;
  const digits = text.slice(1).replace(':', '');
  const ms = Number(digits.slice(0, 2)) * HOUR_MS + Number(digits.slice(2)) * MINUTE_MS;
  return text.startsWith('-') ? -ms : ms;
};

/** An ISO 8601 date and time, with an offset or in the time zone; ms since 1970. */
export const instantOf = (text: string, timeZone: string): number | undefined => {
  const [, date = '', clock = '', offset] = dateTimePattern.exec(text.trim()) ?? [];
  const day = wallDate(date);
  const time = wallClock(clock);
  if (day === undefined || time === undefined) return undefined;
  const wall = day + time;
  return offset === undefined ? instantOfWall(wall, timeZone) : wall - offsetMs(offset);
};

/**
 * A day's date and a start, in the time zone. What starts before the day does belongs to the night after it:
 * a schedule's day ends in the small hours.
 * @param dayStart when the schedule's day begins, ms after midnight
 */
export const instantInDay = (
  date: string,
  start: string,
  dayStart: number,
  timeZone: string,
): number | undefined => {
  const day = wallDate(date);
  const time = wallClock(start);
  if (day === undefined || time === undefined) return undefined;
  return instantOfWall(day + (time < dayStart ? time + DAY_MS : time), timeZone);
};

/**
 * A duration in ms: `HH:MM`, `HH:MM:SS`, `D:HH:MM` (c3voc: days without a leading zero, hours of a day), ISO 8601 or
 * minutes. What cannot be days and hours is hours, minutes and seconds: `0:45:00`, `1:30:00`.
 * https://c3voc.de/wiki/schedule
 */
export const durationOf = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * MINUTE_MS;
  const [, days, ...clock] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(trimmed) ?? [];
  const [hours, minutes, seconds] = clock;
  if (days ?? hours ?? minutes ?? seconds) {
    return (
      Number(days ?? 0) * DAY_MS +
      Number(hours ?? 0) * HOUR_MS +
      Number(minutes ?? 0) * MINUTE_MS +
      Number(seconds ?? 0) * 1000
    );
  }
  const parts = trimmed.split(':').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.some(Number.isNaN)) return undefined;
  const [first = 0, second = 0, third = 0] = parts;
  if (parts.slice(1).some((part) => part > 59)) return undefined;
  if (parts.length === 2) return first * HOUR_MS + second * MINUTE_MS;
  if (parts.length !== 3) return undefined;
  return /^[1-9]:/.test(trimmed) && second < 24
    ? first * DAY_MS + second * HOUR_MS + third * MINUTE_MS
    : first * HOUR_MS + second * MINUTE_MS + third * 1000;
};
