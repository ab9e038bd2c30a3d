import type { Knowledge } from '../device/database.ts';
import { type DoorChoice, sessionAt } from '../door/session-choice.ts';
import type { ScanState } from './state.ts';

export type KnownSession = Knowledge['sessions'][number];

/** The session that a scan made now belongs to. */
export const sessionNow = ({
  knowledge,
  settings,
  now,
}: Pick<ScanState, 'knowledge' | 'settings' | 'now'>): KnownSession | undefined =>
  knowledge && settings.choice
    ? sessionAt(knowledge.sessions, settings.choice, settings.direction, now)
    : undefined;

/** A door that can only be one thing is not asked for. */
export const onlyChoice = ({ sessions }: Knowledge): DoorChoice | null => {
  const [first] = sessions;
  if (!first) return null;
  if (sessions.length === 1) return { kind: 'session', sessionId: first.sessionId };
  const { roomId, venueId } = first;
  const isOneRoom = sessions.every((session) => session.roomId === roomId && session.venueId === venueId);
  return isOneRoom && roomId !== null ? { kind: 'room', venueId, roomId } : null;
};
