import { MAX_ERRORS } from '../../shared/contract/problem.ts';
import type { ProblemPlace } from '../../shared/contract/problem-details.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { edgeTime } from '../../shared/domain/window.ts';

/** A session that a change concerns, and where it stands in the request. */
export interface Concerned {
  readonly pointer: string;
  readonly session: StoredSession;
}

const roomOf = ({ venueId, roomId }: StoredSession) => `${venueId}#${roomId}`;

interface Room {
  /** In the order of their beginnings. */
  readonly sessions: readonly StoredSession[];
  /** For each, when the last of it and those before it ends. */
  readonly ends: readonly string[];
}

const roomsOf = (all: readonly StoredSession[]): ReadonlyMap<string, Room> => {
  const held = all.filter(({ roomId, cancelled }) => roomId !== null && !cancelled);
  return new Map(
    [...Map.groupBy(held, roomOf)].map(([key, unsorted]) => {
      const sessions = unsorted.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
      let last = '';
      const ends = sessions.map(({ endsAt }) => {
        last = endsAt > last ? endsAt : last;
        return last;
      });
      return [key, { sessions, ends }];
    }),
  );
};

/** How many begin before a time. */
const beginningBefore = (sessions: readonly StoredSession[], time: string): number => {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sessions[middle]?.startsAt ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Others in the room at the same time, the latest first; looks no further back than somebody may be there still. */
const besides = function* ({ sessions, ends }: Room, session: StoredSession): Generator<StoredSession> {
  for (let at = beginningBefore(sessions, session.endsAt) - 1; at >= 0; at -= 1) {
    if ((ends[at] ?? '') <= session.startsAt) return;
    const other = sessions[at];
    if (other && other.endsAt > session.startsAt && other.sessionId !== session.sessionId) yield other;
  }
};

/** Sessions in the same room at the same time, each pair once, as far as anybody reads. */
const clashes = (concerned: readonly Concerned[], all: readonly StoredSession[]): ProblemPlace[] => {
  const rooms = roomsOf(all);
  const told = new Set<string>();
  const places: ProblemPlace[] = [];
  for (const { pointer, session } of concerned) {
    const room = session.cancelled ? undefined : rooms.get(roomOf(session));
    for (const other of room ? besides(room, session) : []) {
      if (places.length >= MAX_ERRORS) return places;
      const pair = [session.sessionId, other.sessionId].sort().join(' ');
      if (told.has(pair)) continue;
      told.add(pair);
      places.push({
        pointer: `${pointer}/roomId`,
        detail: `${other.sessionId} is in ${session.roomId} from ${other.startsAt} to ${other.endsAt}, too`,
      });
    }
  }
  return places;
};

/** Doors that are closed for good before the session begins, or open only when it is over: nobody gets in. */
const shutWindows = ({ pointer, session }: Concerned): ProblemPlace[] => {
  const opensAt = edgeTime(session.admission.opensAt, session);
  const closesAt = edgeTime(session.admission.closesAt, session);
  return [
    ...(closesAt !== null && closesAt <= Date.parse(session.startsAt)
      ? [{ pointer: `${pointer}/admission/closesAt`, detail: 'is before the session begins' }]
      : []),
    ...(opensAt !== null && opensAt >= Date.parse(session.endsAt)
      ? [{ pointer: `${pointer}/admission/opensAt`, detail: 'is after the session ends' }]
      : []),
  ];
};

/**
 * What is odd about sessions that were created or changed, and was done all the same.
 * @param all every session as it is now
 */
export const warningsOf = (concerned: readonly Concerned[], all: readonly StoredSession[]): ProblemPlace[] =>
  [...concerned.flatMap(shutWindows), ...clashes(concerned, all)].slice(0, MAX_ERRORS);
