import type { KnownSession } from '../app/session-now.ts';
import type { Knowledge } from '../device/database.ts';

/** A text by language, in the page's one, else in any. */
export const inLanguage = (text: string | Readonly<Record<string, string>>, language: string): string =>
  typeof text === 'string' ? text : (text[language] ?? text['en'] ?? Object.values(text)[0] ?? '');

const venueOf = (knowledge: Knowledge, { venueId }: { readonly venueId: string }) =>
  knowledge.venues.find((venue) => venue.venueId === venueId);

export const zoneOf = (knowledge: Knowledge | null, session: KnownSession | undefined): string | undefined =>
  knowledge && session ? venueOf(knowledge, session)?.timeZone : undefined;

/** The room as its venue names it; the venue alone for a session without a room. */
export const placeOf = (
  knowledge: Knowledge,
  place: { readonly venueId: string; readonly roomId: string | null },
  language: string,
): string => {
  const venue = venueOf(knowledge, place);
  const room = venue?.rooms.find(({ roomId }) => roomId === place.roomId);
  return [room?.title, venue?.title]
    .flatMap((title) => (title ? [inLanguage(title, language)] : []))
    .join(', ');
};

/** Hours and minutes, 24 hours, in the venue's time zone. */
export const clockText = (ms: number | string, timeZone?: string, withSeconds = false): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...(timeZone && { timeZone }),
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
  }).format(typeof ms === 'string' ? Date.parse(ms) : ms);

export const dayText = (time: string, language: string, timeZone?: string): string =>
  new Intl.DateTimeFormat(language, {
    ...(timeZone && { timeZone }),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(Date.parse(time));

/** How long, to the minute, from two hours on to the hour. */
export const spanText = (ms: number, language: string): string => {
  const minutes = Math.round(ms / 60_000);
  const [count, unit] = minutes < 120 ? [minutes, 'minute'] : [Math.round(minutes / 60), 'hour'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
};

/** With its sign, a real minus. */
export const changeText = (change: number): string => (change > 0 ? `+${change}` : `−${Math.abs(change)}`);
