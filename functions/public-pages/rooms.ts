import type { getRooms } from '../../shared/contract/rooms.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { capacityOf } from '../../shared/domain/capacity.ts';
import { type RoomLevel, roomLevel } from '../../shared/domain/room-level.ts';
import { sum } from '../../shared/domain/tally.ts';
import { validated, weakTagOf } from '../../shared/runtime/etag.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { Counter } from '../../shared/store/counts/item.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Programme } from '../../shared/store/programme.ts';

export interface RoomsDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly programme: (event: EventRecord) => Promise<Programme>;
  readonly counters: (event: string) => Promise<readonly Counter[]>;
  readonly clock: () => number;
}

export interface Room {
  readonly session: StoredSession;
  readonly level: RoomLevel;
}

export interface Rooms {
  readonly event: EventRecord;
  readonly programme: Programme;
  /** ms since 1970, UTC. */
  readonly asOf: number;
  readonly rooms: readonly Room[];
}

/** People look for a room before its session begins. */
const AHEAD_MS = 60 * 60_000;
/** As long as browsers and CloudFront may keep it: a crowd that looks at the rooms never reaches the counts. */
const MAX_AGE_SECONDS = 15;
export const roomsCaching = { 'cache-control': `public, max-age=${MAX_AGE_SECONDS}` };

/** Rooms of what is on or begins soon, where it is known how many they hold. */
export const roomsOf = async (
  { event: eventOf, programme: programmeOf, counters: countersOf, clock }: RoomsDeps,
  name: string,
): Promise<Rooms> => {
  const event = await eventOf(name);
  const [programme, counters] = await Promise.all([programmeOf(event), countersOf(name)]);
  const asOf = clock();
  const bySession = Map.groupBy(counters, ({ sessionId }) => sessionId);
  const rooms = programme.sessions
    .filter(
      ({ startsAt, endsAt, cancelled }) =>
        !cancelled && Date.parse(startsAt) - AHEAD_MS <= asOf && asOf <= Date.parse(endsAt),
    )
    .flatMap((session): Room[] => {
      const capacity = capacityOf(session, programme);
      if (!capacity) return [];
      const fields = sum((bySession.get(session.sessionId) ?? []).map((counter) => counter.fields));
      return [{ session, level: roomLevel(fields['inside'] ?? 0, capacity) }];
    });
  return { event, programme, asOf, rooms };
};

export const roomsJson =
  (deps: RoomsDeps) =>
  async ({ params: { event }, headers }: CallOf<typeof getRooms>): Promise<Answer> => {
    const { asOf, rooms } = await roomsOf(deps, event);
    const levels = rooms.map(({ session: { sessionId, roomId }, level }) => ({ sessionId, roomId, level }));
    const body = JSON.stringify({ asOf: new Date(asOf).toISOString(), rooms: levels });
    const type = { 'content-type': 'application/json' };
    // The time of the answer moves on by itself: readers want to know whether a level has changed.
    return validated(headers, body, { ...roomsCaching, ...type }, weakTagOf(levels));
  };
