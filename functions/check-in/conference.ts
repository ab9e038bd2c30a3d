import type { StoredSession } from '../../shared/contract/sessions.ts';
import type { BadgeReading } from '../../shared/domain/admission.ts';
import { parseBadgeCode, verifyBadgeCode } from '../../shared/domain/badge-code.ts';
import { badgeVerifier } from '../../shared/runtime/badge-keys.ts';
import { cached } from '../../shared/runtime/cached.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { CountStore } from '../../shared/store/counts.ts';
import type { EventRecord, EventStore } from '../../shared/store/events.ts';
import type { ProgrammeStore } from '../../shared/store/programme.ts';

/** Sessions, policies, keys and revocations are at most this old at a door, in ms. */
const KNOWLEDGE_MAX_AGE_MS = 30_000;
/** An advisory occupancy shown at a door is at most this old, in ms, plus the stream's delay. */
const OCCUPANCY_MAX_AGE_MS = 2_000;

/** What a door needs to know of its event, kept in memory between invocations. */
export interface Conference {
  readonly event: EventRecord;
  readonly sessions: ReadonlyMap<string, StoredSession>;
  readonly timeZoneOf: (venueId: string | undefined) => string;
  readonly revoked: ReadonlySet<string>;
}

export interface ConferenceDeps {
  readonly events: EventStore;
  readonly programmes: ProgrammeStore;
  readonly badges: BadgeStore;
  readonly counts: CountStore;
}

export const conferences = ({ events, programmes, badges, counts }: ConferenceDeps) => {
  const revocations = new Map<string, { badgeIds: Set<string>; lastKey: string | undefined }>();

  const revokedIn = async (event: string): Promise<ReadonlySet<string>> => {
    const known = revocations.get(event);
    const { badgeIds, lastKey } = await badges.revokedSince(event, known?.lastKey);
    const all = known?.badgeIds ?? new Set<string>();
    for (const badgeId of badgeIds) all.add(badgeId);
    revocations.set(event, { badgeIds: all, lastKey });
    return all;
  };

  const load = async (name: string): Promise<Conference> => {
    const event = await events.existing(name);
    const [{ sessions, venues }, revoked] = await Promise.all([programmes.get(event), revokedIn(name)]);
    const zones = new Map(venues.map(({ venueId, timeZone }) => [venueId, timeZone]));
    return {
      event,
      sessions: new Map(sessions.map((session) => [session.sessionId, session])),
      timeZoneOf: (venueId) => zones.get(venueId ?? '') ?? event.timeZone,
      revoked,
    };
  };

  const conference = cached(load, { maxAgeMs: KNOWLEDGE_MAX_AGE_MS });

  const occupancy = cached(
    async (key) => {
      const [event = '', sessionId = ''] = key.split('#');
      const counters = await counts.list(event, sessionId);
      return counters.reduce((inside, { fields }) => inside + (fields['inside'] ?? 0), 0);
    },
    { maxAgeMs: OCCUPANCY_MAX_AGE_MS },
  );

  /** Signed codes are verified without a read; a code of another system costs one. */
  const readBadge = async (text: string, { event, revoked }: Conference): Promise<BadgeReading> => {
    const code = parseBadgeCode(text);
    switch (code.kind) {
      case 'malformed':
        return { kind: 'forged' };
      case 'foreign': {
        const found = await badges.byCode(event.event, text);
        if (!found) return { kind: 'unknown' };
        const isRevoked = found.revokedAt !== undefined || revoked.has(found.badgeId);
        return { kind: 'known', ...found, name: null, revoked: isRevoked };
      }
      case 'signed': {
        const issuer =
          code.event === event.event ? event : (await conference(code.event).catch(() => null))?.event;
        const genuine = issuer && verifyBadgeCode(code, badgeVerifier(issuer.publicKeys));
        if (!genuine) return { kind: 'forged' };
        if (code.event !== event.event) return { kind: 'other-event', event: code.event };
        const { badgeId, category, country } = code;
        return { kind: 'known', badgeId, category, country, name: null, revoked: revoked.has(badgeId) };
      }
    }
  };

  return {
    conference,
    readBadge,
    occupancyOf: (event: string, sessionId: string) => occupancy(`${event}#${sessionId}`),
  };
};

export type Conferences = ReturnType<typeof conferences>;
