import type { Programme } from './programme.ts';

const DAY_MS = 86_400_000;

/** Wall-clock time in a zone, written as if it were UTC (ms since 1970). */
const wallClock = (instant: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    fractionalSecondDigits: 3,
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
    part('fractionalSecond'),
  );
};

/** The instant at which a zone's clocks show this wall-clock time. */
const instantOf = (wall: number, timeZone: string): number => {
  const near = wall - (wallClock(wall, timeZone) - wall);
  // The offset at the first guess may be the other side of a change of the clocks.
  return near + wall - wallClock(near, timeZone);
};

const shiftDays = (time: string, days: number, timeZone: string): string =>
  new Date(instantOf(wallClock(Date.parse(time), timeZone) + days * DAY_MS, timeZone)).toISOString();

/**
 * The programme with its first day on the day of `today` in the event's time zone. Every session keeps its
 * wall-clock time at its venue.
 */
export const shiftProgramme = (
  programme: Programme,
  { today, timeZone }: { readonly today: Date; readonly timeZone: string },
): Programme => {
  const first = Math.min(...programme.sessions.map(({ startsAt }) => Date.parse(startsAt)));
  const day = (instant: number) => Math.floor(wallClock(instant, timeZone) / DAY_MS);
  const days = day(today.getTime()) - day(first);
  const zones = new Map(programme.venues.map((venue) => [venue.venueId, venue.timeZone]));
  return {
    venues: programme.venues,
    sessions: programme.sessions.map((session) => {
      const zone = zones.get(session.venueId) ?? timeZone;
      const shifted = (time: string | null) => (time === null ? null : shiftDays(time, days, zone));
      return {
        ...session,
        startsAt: shiftDays(session.startsAt, days, zone),
        endsAt: shiftDays(session.endsAt, days, zone),
        admission: {
          ...session.admission,
          opensAt: shifted(session.admission.opensAt),
          closesAt: shifted(session.admission.closesAt),
        },
      };
    }),
  };
};
