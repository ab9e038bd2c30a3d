/** What of a session says whether it is the one at the door now. Times are RFC 3339. */
export interface TimedSession {
  readonly sessionId: string;
  readonly venueId: string;
  readonly roomId: string | null;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly cancelled: boolean;
}

/** What the door serves: one session, or whatever the clock says is on in its room. */
export type DoorChoice =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'room'; readonly venueId: string; readonly roomId: string };

const starts = ({ startsAt }: TimedSession): number => Date.parse(startsAt);
const ends = ({ endsAt }: TimedSession): number => Date.parse(endsAt);

/** Those in the room that are not cancelled, by their beginning. */
export const sessionsIn = <Session extends TimedSession>(
  sessions: readonly Session[],
  { venueId, roomId }: { readonly venueId: string; readonly roomId: string },
): Session[] =>
  sessions
    .filter((session) => session.venueId === venueId && session.roomId === roomId && !session.cancelled)
    .sort((a, b) => starts(a) - starts(b));

/**
 * The session that a scan made now belongs to; undefined where there is none.
 * While one is on it is that one (of several the one that began last); between two, people who come are for the
 * next, and people who leave are from the last.
 * @param now ms since 1970
 */
export const sessionAt = <Session extends TimedSession>(
  sessions: readonly Session[],
  choice: DoorChoice,
  direction: 'entry' | 'exit',
  now: number,
): Session | undefined => {
  if (choice.kind === 'session') return sessions.find(({ sessionId }) => sessionId === choice.sessionId);
  const here = sessionsIn(sessions, choice);
  const on = here.findLast((session) => starts(session) <= now && now < ends(session));
  if (on) return on;
  const next = here.find((session) => starts(session) > now);
  const last = here.findLast((session) => ends(session) <= now);
  return direction === 'entry' ? (next ?? last) : (last ?? next);
};

/** When the clock will choose another session, ms; null where it will not. */
export const nextChangeAt = (
  sessions: readonly TimedSession[],
  choice: DoorChoice,
  now: number,
): number | null => {
  if (choice.kind === 'session') return null;
  const times = sessionsIn(sessions, choice).flatMap((session) => [starts(session), ends(session)]);
  const later = times.filter((time) => time > now);
  return later.length > 0 ? Math.min(...later) : null;
};
