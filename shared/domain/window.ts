import { END_OF_TIME_MS } from './clock.ts';

/** Before the session begins, or after it ends, by an ISO 8601 duration such as `PT30M`. */
export type RelativeEdge = { readonly before: string } | { readonly after: string };

/** When a door opens or closes: a time (RFC 3339), or a time that goes along with the session. */
export type WindowEdge = string | RelativeEdge;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const durationPattern = /^P(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

/** ms of a duration in days, hours, minutes and seconds (ISO 8601); undefined for anything else. */
export const durationMs = (text: string): number | undefined => {
  const [, days, hours, minutes, seconds] = durationPattern.exec(text) ?? [];
  if ((days ?? hours ?? minutes ?? seconds) === undefined) return undefined;
  return (
    Number(days ?? 0) * DAY_MS +
    Number(hours ?? 0) * HOUR_MS +
    Number(minutes ?? 0) * MINUTE_MS +
    Number(seconds ?? 0) * 1000
  );
};

/** ms since 1970 at which an edge is, of a session at these times; null without an edge. */
export const edgeTime = (
  edge: WindowEdge | null,
  { startsAt = '', endsAt = '' }: { readonly startsAt?: string; readonly endsAt?: string },
): number | null => {
  if (edge === null) return null;
  if (typeof edge === 'string') return Date.parse(edge);
  const at =
    'before' in edge
      ? Date.parse(startsAt) - (durationMs(edge.before) ?? 0)
      : Date.parse(endsAt) + (durationMs(edge.after) ?? 0);
  return Number.isNaN(at) ? null : at;
};

/** Times outside are none of a conference; a door that is moved beyond them opens or closes at the last that is. */
const LATEST_MS = END_OF_TIME_MS - 1;

/** An edge of a session that moves: a time moves with it, what goes along anyway stays as it is written. */
export const shiftedEdge = (edge: WindowEdge | null, byMs: number): WindowEdge | null =>
  typeof edge === 'string'
    ? new Date(Math.min(Math.max(Date.parse(edge) + byMs, 0), LATEST_MS)).toISOString()
    : edge;
