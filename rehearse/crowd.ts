import { seededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import { forumSlot, SLOT_MS } from './forum-slot.ts';
import { OPENING_MS, openingEvening } from './opening-evening.ts';
import { type Request, requestsOf } from './requests.ts';
import {
  type CrowdBadge,
  DEVICES,
  type ForumRoom,
  type PlayedSession,
  ROOMS_AT_ONCE,
  type Scene,
} from './scene.ts';

export interface Crowd {
  /** In the order in which they are sent. */
  readonly requests: readonly Request[];
  readonly sessions: readonly PlayedSession[];
  readonly devices: number;
  readonly durationMs: number;
  readonly scans: number;
}

const REVOKED_BADGES = 12;

/** The last badges of the list, whatever the seed, so that a second rehearsal revokes the same ones. */
export const chooseRevoked = (badges: readonly CrowdBadge[]): readonly CrowdBadge[] =>
  badges.slice(-Math.min(REVOKED_BADGES, Math.ceil(badges.length / 10)));

export interface CrowdOptions {
  readonly seed: number;
  /** Distinguishes the scanIds of one rehearsal from those of another with the same seed. */
  readonly run: string;
  readonly badges: readonly CrowdBadge[];
  /** Slots of forums, in their order; the second scene onwards. */
  readonly slots: readonly (readonly ForumRoom[])[];
  /** Distinct scans to make; absent: the opening evening and one slot of forums. */
  readonly scans?: number | undefined;
}

const GAP_MS = 60_000;

/** Generates the scans of the opening evening and of forum days: the same for the same options. */
export const generateCrowd = ({ seed, run, badges, slots, scans }: CrowdOptions): Crowd => {
  const random = seededRandom(seed);
  const revoked = chooseRevoked(badges);
  const atVenue = new Set<string>();
  const guests = badges.slice(0, badges.length - revoked.length);
  const scenes: Scene[] = [openingEvening({ guests, revoked, random, atVenue, beginsMs: 0 })];
  let durationMs = OPENING_MS;
  for (const rooms of scans === undefined ? slots.slice(0, 1) : slots) {
    const made = scenes.reduce((sum, { readings }) => sum + readings.length, 0);
    // A few readings are never sent: an offline device refuses them alone.
    if (scans !== undefined && made >= scans * 1.02) break;
    const cast = { guests, revoked, random, atVenue, beginsMs: durationMs + GAP_MS };
    scenes.push(forumSlot(cast, rooms.slice(0, ROOMS_AT_ONCE)));
    durationMs = cast.beginsMs + SLOT_MS;
  }
  const readings = scenes.flatMap((scene) => scene.readings).sort((a, b) => a.atMs - b.atMs);
  const offline = scenes.flatMap((scene) => scene.offline);
  const requests = requestsOf({ readings, offline, random, seed, run, limit: scans });
  const firstSends = requests.filter(({ resent }) => !resent);
  const played = new Set(firstSends.flatMap((request) => request.scans.map(({ sessionId }) => sessionId)));
  return {
    requests,
    sessions: mergeSessions(scenes.flatMap((scene) => scene.sessions)).filter(({ sessionId }) =>
      played.has(sessionId),
    ),
    devices: DEVICES,
    durationMs: Math.max(0, ...requests.map(({ sendAtMs }) => sendAtMs)),
    scans: firstSends.reduce((sum, request) => sum + request.scans.length, 0),
  };
};

/** An entrance is played in several scenes and is one session. */
const mergeSessions = (sessions: readonly PlayedSession[]): PlayedSession[] => {
  const merged = new Map<string, PlayedSession>();
  for (const session of sessions) {
    const known = merged.get(session.sessionId) ?? session;
    merged.set(session.sessionId, {
      sessionId: session.sessionId,
      startsMs: Math.min(known.startsMs, session.startsMs),
      endsMs: Math.max(known.endsMs, session.endsMs),
    });
  }
  return [...merged.values()];
};
