import {
  type Cast,
  type CrowdBadge,
  DOORS,
  type ForumRoom,
  type OfflineWindow,
  type Reading,
  type Scene,
} from './scene.ts';
import { strangers } from './strangers.ts';

const MINUTE_MS = 60_000;
const ENTRANCE = 'entrance-cncc';
const ENTRANCE_OPENS_MS = 0;
const STARTS_MS = 45 * MINUTE_MS;
const LASTS_MS = 150 * MINUTE_MS;
export const SLOT_MS = STARTS_MS + LASTS_MS + 20 * MINUTE_MS;

/** Of ten guests nine come to a forum; rooms fill to 85 % at most, as nobody is turned away from a full one. */
const COMING = 0.9;
const FILLED = 0.85;

const deviceOf = (room: number, door: number): number => DOORS + 2 * room + door;

/** Seats of each room that are not yet spoken for. */
const seating = (rooms: readonly ForumRoom[], random: Cast['random']) => {
  const free = rooms.map(({ capacity }) => Math.floor(capacity * FILLED));
  /** A room by the number of its free seats, or null when all are taken. */
  return (except: number | null): number | null => {
    const weights = free.map((seats, room) => (room === except ? 0 : Math.max(0, seats)));
    if (weights.every((weight) => weight === 0)) return null;
    const room = random.weighted(weights);
    free[room] = (free[room] ?? 0) - 1;
    return room;
  };
};

/** Two of the rooms' devices are offline for 5 to 30 minutes, at different times. */
const offlineDevices = ({ random, beginsMs }: Cast, rooms: number): OfflineWindow[] =>
  [35, 95].map((minute, door) => {
    const fromMs = beginsMs + (minute + random.whole(0, 20)) * MINUTE_MS;
    return {
      device: deviceOf(random.whole(0, rooms - 1), door),
      fromMs,
      toMs: fromMs + random.whole(5, 30) * MINUTE_MS,
      clockOffsetMs: random.whole(-90_000, 90_000),
    };
  });

/**
 * A morning or afternoon of forums: guests come through the entrance, drift into rooms from 10 minutes before
 * to 20 minutes after the start; one in five leaves and returns, a third change rooms, 2 % are read twice.
 */
export const forumSlot = (cast: Cast, rooms: readonly ForumRoom[]): Scene => {
  const { guests, random, beginsMs, atVenue } = cast;
  const seat = seating(rooms, random);
  const readings: Reading[] = [];

  const read = (
    badge: CrowdBadge,
    sessionId: string,
    device: number,
    direction: Reading['direction'],
    ms: number,
  ) =>
    readings.push({
      atMs: beginsMs + ms,
      device,
      sessionId,
      direction,
      code: badge.code,
      badge,
      standing: 'known',
    });
  const readAt = (badge: CrowdBadge, room: number, direction: Reading['direction'], ms: number) => {
    const sessionId = rooms[room]?.sessionId;
    if (sessionId !== undefined) read(badge, sessionId, deviceOf(room, random.whole(0, 1)), direction, ms);
  };
  const within = (fromMinutes: number, toMinutes: number) =>
    STARTS_MS + random.whole(fromMinutes * MINUTE_MS, toMinutes * MINUTE_MS);

  const anyDoor = () => random.whole(0, DOORS - 1);
  const visit = (badge: CrowdBadge) => {
    const room = seat(null);
    if (room === null) return;
    const inMs = within(-10, 20);
    if (!atVenue.has(badge.badgeId)) {
      atVenue.add(badge.badgeId);
      read(badge, ENTRANCE, anyDoor(), 'entry', Math.max(0, inMs - random.whole(3, 30) * MINUTE_MS));
    }
    readAt(badge, room, 'entry', inMs);
    if (random.chance(0.02)) readAt(badge, room, 'entry', inMs + random.whole(2_000, 5 * MINUTE_MS));
    let last = room;
    if (random.chance(0.2)) {
      const outMs = within(30, 60);
      readAt(badge, room, 'exit', outMs);
      readAt(badge, room, 'entry', outMs + random.whole(3, 15) * MINUTE_MS);
    }
    const next = random.chance(1 / 3) ? seat(room) : null;
    if (next !== null) {
      const outMs = within(80, 110);
      readAt(badge, room, 'exit', outMs);
      readAt(badge, next, 'entry', outMs + random.whole(2, 6) * MINUTE_MS);
      last = next;
    }
    if (random.chance(0.6))
      readAt(badge, last, 'exit', STARTS_MS + LASTS_MS + random.whole(-5, 10) * MINUTE_MS);
    if (random.chance(0.6)) {
      atVenue.delete(badge.badgeId);
      read(badge, ENTRANCE, anyDoor(), 'exit', STARTS_MS + LASTS_MS + random.whole(11, 19) * MINUTE_MS);
    }
  };

  for (const badge of guests) if (random.chance(COMING)) visit(badge);
  const uninvited = strangers(cast, readings.length, () => {
    const room = random.whole(0, rooms.length - 1);
    return {
      atMs: beginsMs + within(-10, 20),
      device: deviceOf(room, random.whole(0, 1)),
      sessionId: rooms[room]?.sessionId ?? ENTRANCE,
    };
  });
  return {
    readings: [...readings, ...uninvited],
    offline: offlineDevices(cast, rooms.length),
    sessions: [
      { sessionId: ENTRANCE, startsMs: beginsMs + ENTRANCE_OPENS_MS, endsMs: beginsMs + SLOT_MS },
      ...rooms.map(({ sessionId }) => ({
        sessionId,
        startsMs: beginsMs + STARTS_MS,
        endsMs: beginsMs + STARTS_MS + LASTS_MS,
      })),
    ],
  };
};
