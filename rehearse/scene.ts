import type { SeededRandom } from '../programmes/gdec-2023/seeded-random.ts';

/** A line of badges.jsonl. */
export interface CrowdBadge {
  readonly badgeId: string;
  readonly code: string;
  readonly category: string;
  readonly country: string | null;
}

/** What a door will find out about a code. */
type Standing = 'known' | 'revoked' | 'forged' | 'unknown';

/** One badge held before one scanner. Times are ms since the rehearsal's beginning. */
export interface Reading {
  readonly atMs: number;
  readonly device: number;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  readonly code: string;
  /** Null where nobody's badge was read. */
  readonly badge: CrowdBadge | null;
  readonly standing: Standing;
}

/** A device that hears nothing for a while and whose clock is off. */
export interface OfflineWindow {
  readonly device: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly clockOffsetMs: number;
}

export interface Scene {
  readonly readings: readonly Reading[];
  readonly offline: readonly OfflineWindow[];
  readonly sessions: readonly PlayedSession[];
}

/** A session that is rehearsed, with its place on the rehearsal's clock. */
export interface PlayedSession {
  readonly sessionId: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** Who comes to a scene: honest guests, the revoked ones, and the time at which the scene begins. */
export interface Cast {
  readonly guests: readonly CrowdBadge[];
  readonly revoked: readonly CrowdBadge[];
  readonly beginsMs: number;
  readonly random: SeededRandom;
  /** Badges inside the venue's entrance, from one slot to the next. */
  readonly atVenue: Set<string>;
}

/** Rooms of one slot of forums, with the seats that advisory admission should not overfill. */
export interface ForumRoom {
  readonly sessionId: string;
  readonly capacity: number;
}

/** Twelve doors for ceremonies and entrances, then two for each of fourteen rooms. */
export const DOORS = 12;
export const ROOMS_AT_ONCE = 14;
export const DEVICES = DOORS + 2 * ROOMS_AT_ONCE;
