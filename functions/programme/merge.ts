import { isDeepStrictEqual } from 'node:util';
import type { VenueRow } from '../../shared/contract/programme.ts';
import type { StoredSession, Venue } from '../../shared/contract/sessions.ts';
import { session as sessionSchema } from '../../shared/contract/sessions.ts';
import { windowOf } from '../../shared/domain/admission.ts';
import { shardsFor } from '../../shared/domain/shard.ts';
import { shiftedEdge } from '../../shared/domain/window.ts';
import type { TitledPatch, TitledRow } from './words.ts';

export interface Place {
  /** JSON pointer within a row. */
  readonly pointer: string;
  readonly detail: string;
}

/** Leaves out what is undefined: a field that a file does not name is a field that it does not change. */
const given = <T extends object>(row: T) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

export const mergeVenue = (stored: Venue | undefined, row: VenueRow, eventTimeZone: string): Venue => ({
  venueId: row.venueId,
  title: row.title,
  city: row.city === undefined ? (stored?.city ?? null) : row.city,
  timeZone: row.timeZone ?? stored?.timeZone ?? eventTimeZone,
  rooms: row.rooms ?? stored?.rooms ?? [],
});

export const roomCapacity = (
  venues: ReadonlyMap<string, Venue>,
  { venueId, roomId }: { venueId: string; roomId: string | null },
): number | null => venues.get(venueId)?.rooms.find((room) => room.roomId === roomId)?.capacity ?? null;

/** A session that is moved takes its doors along. */
const movedWindow = ({ admission, startsAt }: StoredSession, changes: TitledPatch) => {
  const byMs = changes.startsAt === undefined ? 0 : Date.parse(changes.startsAt) - Date.parse(startsAt);
  return {
    ...admission,
    opensAt: shiftedEdge(admission.opensAt, byMs),
    closesAt: shiftedEdge(admission.closesAt, byMs),
  };
};

/** A stored session with what a row or patch changes of it; its shards stay, since stored keys depend on them. */
export const changeSession = (stored: StoredSession, changes: TitledPatch): StoredSession => {
  const { shards, version, endMoves, source, ...session } = stored;
  const changed = sessionSchema.parse({
    ...session,
    ...given(changes),
    admission: { ...movedWindow(stored, changes), ...given(changes.admission ?? {}) },
  });
  if (isDeepStrictEqual(changed, session)) return stored;
  const moves = (endMoves ?? 0) + Number(changed.endsAt !== session.endsAt);
  return {
    ...changed,
    shards,
    version: version + 1,
    ...(moves > 0 && { endMoves: moves }),
    ...(source && { source }),
  };
};

export const newSession = (
  row: TitledRow,
  venues: ReadonlyMap<string, Venue>,
  kind: string,
): StoredSession => {
  const session = sessionSchema.parse({ kind, ...given(row), admission: given(row.admission ?? {}) });
  return {
    ...session,
    shards: shardsFor(session.admission.capacity ?? roomCapacity(venues, session)),
    version: 1,
  };
};

/** What is wrong with a session as a whole, beside its single fields. */
export const sessionFaults = (
  session: StoredSession,
  venues: ReadonlyMap<string, Venue>,
  sessionIds: ReadonlySet<string>,
): Place[] => {
  const { startsAt, endsAt, venueId, roomId, admission } = session;
  const venue = venues.get(venueId);
  const faults: Place[] = [];
  if (startsAt >= endsAt) faults.push({ pointer: '/endsAt', detail: 'must be after startsAt' });
  if (!venue) {
    faults.push({ pointer: '/venueId', detail: `there is no venue ${venueId}` });
  } else if (roomId !== null && !venue.rooms.some((room) => room.roomId === roomId)) {
    faults.push({ pointer: '/roomId', detail: `the venue ${venueId} has no room ${roomId}` });
  }
  const { capacity, capacityMode } = admission;
  const { opensAt, closesAt } = windowOf(session);
  if (opensAt !== null && closesAt !== null && opensAt >= closesAt) {
    faults.push({ pointer: '/admission/closesAt', detail: 'must be after opensAt' });
  }
  if (capacityMode === 'enforced' && capacity === null) {
    faults.push({ pointer: '/admission/capacity', detail: 'is needed to enforce it' });
  }
  const continuesIn = session.whenFull?.continuesIn ?? null;
  if (continuesIn === session.sessionId) {
    faults.push({ pointer: '/whenFull/continuesIn', detail: 'must be another session' });
  } else if (continuesIn !== null && !sessionIds.has(continuesIn)) {
    faults.push({ pointer: '/whenFull/continuesIn', detail: `there is no session ${continuesIn}` });
  }
  return faults;
};
