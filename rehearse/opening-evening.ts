import type { SeededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import { type Cast, DOORS, type OfflineWindow, type Reading, type Scene } from './scene.ts';
import { strangers } from './strangers.ts';

const MINUTE_MS = 60_000;
const SESSION = 'opening-ceremony';

/** Doors open 45 minutes before the last guests are in; the ceremony starts 5 minutes before that. */
const STARTS_MS = 40 * MINUTE_MS;
const ADMISSION_MS = 45 * MINUTE_MS;
const PEAK_MS = STARTS_MS - 15 * MINUTE_MS;
export const OPENING_MS = 85 * MINUTE_MS;

/** When a guest comes to the doors: around the peak, nobody outside the 45 minutes. */
const arrival = (random: SeededRandom): number => {
  for (;;) {
    // Irwin-Hall: the sum of six uniform numbers is close enough to a normal one.
    const spread = Array.from({ length: 6 }, () => random.next()).reduce((sum, each) => sum + each, -3);
    const at = PEAK_MS + spread * Math.SQRT2 * 9 * MINUTE_MS;
    if (at >= 0 && at < ADMISSION_MS) return Math.round(at);
  }
};

/** A door takes 3 to 6 s for each guest; guests choose the shorter of three queues. */
const doorQueues = (random: SeededRandom) => {
  const freeAt = Array.from({ length: DOORS }, () => 0);
  return (arrivesMs: number): { device: number; atMs: number } => {
    const [device = 0] = Array.from({ length: 3 }, () => random.whole(0, DOORS - 1)).sort(
      (a, b) => (freeAt[a] ?? 0) - (freeAt[b] ?? 0),
    );
    const atMs = Math.max(arrivesMs, freeAt[device] ?? 0);
    freeAt[device] = atMs + random.whole(3_000, 6_000);
    return { device, atMs };
  };
};

const offlineDoors = (random: SeededRandom, beginsMs: number): OfflineWindow[] => {
  const [first = 0, second = 1] = random.shuffle(Array.from({ length: DOORS }, (_, door) => door));
  const window = (device: number, from: number, minutes: number): OfflineWindow => ({
    device,
    fromMs: beginsMs + from * MINUTE_MS,
    toMs: beginsMs + (from + minutes) * MINUTE_MS,
    clockOffsetMs: random.whole(-90_000, 90_000),
  });
  return [
    window(first, random.whole(10, 18), random.whole(8, 14)),
    window(second, random.whole(24, 30), random.whole(5, 9)),
  ];
};

/**
 * The opening evening: every guest through 12 doors in 45 minutes, 3 % read twice while inside, some who
 * step out and come back, about 1 % who should not be there, and two doors that lose the network.
 */
export const openingEvening = (cast: Cast): Scene => {
  const { guests, random, beginsMs } = cast;
  const queue = doorQueues(random);
  const offline = offlineDoors(random, beginsMs);
  const arrivals = guests.map((badge) => ({ badge, arrivesMs: arrival(random) }));
  const readings: Reading[] = [];
  const anyDoor = () => random.whole(0, DOORS - 1);
  /** A door without network does not know who is inside: half of those who try again find it. */
  const anotherDoor = (ms: number) => {
    const window = offline.find(({ fromMs, toMs }) => beginsMs + ms >= fromMs && beginsMs + ms < toMs);
    return window && random.chance(0.5) ? window.device : anyDoor();
  };
  for (const { badge, arrivesMs } of arrivals.sort((a, b) => a.arrivesMs - b.arrivesMs)) {
    const { device, atMs } = queue(arrivesMs);
    const read = (direction: Reading['direction'], afterMs: number, door: number) =>
      readings.push({
        atMs: beginsMs + atMs + afterMs,
        device: door,
        sessionId: SESSION,
        direction,
        code: badge.code,
        badge,
        standing: 'known',
      });
    read('entry', 0, device);
    if (random.chance(0.03)) {
      // Held up twice at the same door, or tried again at another one.
      const afterMs = random.whole(2_000, 8 * MINUTE_MS);
      read('entry', afterMs, random.chance(0.5) ? device : anotherDoor(atMs + afterMs));
    } else if (random.chance(0.04)) {
      const outMs = random.whole(5, 20) * MINUTE_MS + random.whole(0, 59_000);
      read('exit', outMs, anyDoor());
      if (random.chance(0.7)) read('entry', outMs + random.whole(2 * MINUTE_MS, 10 * MINUTE_MS), anyDoor());
    }
  }
  const uninvited = strangers(cast, readings.length, () => {
    const { device, atMs } = queue(arrival(random));
    return { atMs: beginsMs + atMs, device, sessionId: SESSION };
  });
  return {
    readings: [...readings, ...uninvited],
    offline,
    sessions: [{ sessionId: SESSION, startsMs: beginsMs + STARTS_MS, endsMs: beginsMs + OPENING_MS }],
  };
};
