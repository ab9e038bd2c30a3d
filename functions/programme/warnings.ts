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

const overlap = (a: StoredSession, b: StoredSession) => a.startsAt < b.endsAt && b.startsAt < a.endsAt;

/** Sessions in the same room at the same time, each pair once. */
const clashes = (concerned: readonly Concerned[], all: readonly StoredSession[]): ProblemPlace[] => {
  const byRoom = Map.groupBy(
    all.filter(({ roomId, cancelled }) => roomId !== null && !cancelled),
    roomOf,
  );
  const told = new Set<string>();
  return concerned.flatMap(({ pointer, session }) => {
    const others = session.roomId === null || session.cancelled ? [] : (byRoom.get(roomOf(session)) ?? []);
    return others.flatMap((other) => {
      const pair = [session.sessionId, other.sessionId].sort().join(' ');
      if (other.sessionId === session.sessionId || told.has(pair) || !overlap(session, other)) return [];
      told.add(pair);
      return [
        {
          pointer: `${pointer}/roomId`,
          detail: `${other.sessionId} is in ${session.roomId} from ${other.startsAt} to ${other.endsAt}, too`,
        },
      ];
    });
  });
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
