import { type Standing, withChanges } from '../domain/badge-standing.ts';
import { capacityOf } from '../domain/capacity.ts';
import { KNOWLEDGE_MAX_AGE_MS } from '../domain/knowledge.ts';
import { cached } from '../runtime/cached.ts';
import { log } from '../runtime/log.ts';
import type { DoorBadges } from '../store/badges/door.ts';
import type { CountStore } from '../store/counts/counts.ts';
import type { DoorProgramme, DoorProgrammes, DoorSession } from '../store/door-programme.ts';
import { UnknownEventError } from '../store/errors.ts';
import { badgeReader, type KnownStandings } from './read-badge.ts';

/** While the Registry can't be read a door goes on with what it knew, for so long, in ms. */
const KNOWLEDGE_GOOD_FOR_MS = 15 * 60_000;
/** Something that is not known is looked up anew before it is refused, at most this often, in ms. */
const RELOAD_EVERY_MS = 2_000;
/** An advisory occupancy shown at a door is at most this old, in ms, plus the stream's delay. */
const OCCUPANCY_MAX_AGE_MS = 2_000;
/** Scans so long before the first session were made by a clock that was not set, ms. */
const BEFORE_THE_EVENT_MS = 30 * 24 * 60 * 60_000;

/** What a door needs to know of its event, kept in memory between invocations. */
export interface Conference extends KnownStandings {
  readonly sessions: ReadonlyMap<string, DoorSession>;
  /** Whether there is a session of this id that cannot be read: it is not unknown. */
  readonly isUnreadable: (sessionId: string) => boolean;
  readonly timeZoneOf: (venueId: string | undefined) => string;
  /** How many a session holds, or its room. */
  readonly capacityOf: (session: DoorSession) => number | null;
  /** No scan can be older, ms; null while nothing is planned. */
  readonly earliestScanAt: number | null;
  /** When this was read, ms since 1970. */
  readonly asOf: number;
}

export interface ConferenceDeps {
  readonly programme: DoorProgrammes;
  readonly badges: Pick<DoorBadges, 'ownersOfCode' | 'standingsSince'>;
  readonly counts: Pick<CountStore, 'inside'>;
  readonly clock: () => number;
}

const warnStale = (what: string, error: unknown) =>
  log.warn('going on with what was known', {
    what,
    error: error instanceof Error ? error.name : 'unknown',
  });

const earliestOf = (sessions: readonly DoorSession[]): number | null =>
  sessions.length === 0
    ? null
    : Math.min(...sessions.map(({ startsAt }) => Date.parse(startsAt))) - BEFORE_THE_EVENT_MS;

/** Standings of an event's badges: all of them once, then what has changed. */
const standingsReader = (badges: ConferenceDeps['badges']) => {
  const read = new Map<string, { standings: ReadonlyMap<string, Standing>; lastKey: string | undefined }>();
  return async (event: string): Promise<ReadonlyMap<string, Standing>> => {
    const known = read.get(event);
    const { changes, lastKey } = await badges.standingsSince(event, known?.lastKey);
    const standings = withChanges(known?.standings ?? new Map(), changes);
    read.set(event, { standings, lastKey });
    return standings;
  };
};

/** What an event's programme says: read as a whole once, and again when it has changed. */
const programmeReader = (read: DoorProgrammes) => {
  const known = new Map<string, DoorProgramme>();
  return async (event: string): Promise<DoorProgramme> => {
    const programme = await read(event, known.get(event));
    known.set(event, programme);
    return programme;
  };
};

export const conferences = ({ programme: read, badges, counts, clock }: ConferenceDeps) => {
  const standingsIn = standingsReader(badges);
  const programmeOf = programmeReader(read);

  const load = async (name: string): Promise<Conference> => {
    const asOf = clock();
    const [programme, standings] = await Promise.all([programmeOf(name), standingsIn(name)]);
    const { event, sessions, venues, isUnreadable } = programme;
    const zones = new Map(venues.map(({ venueId, timeZone }) => [venueId, timeZone]));
    return {
      event,
      sessions: new Map(sessions.map((session) => [session.sessionId, session])),
      isUnreadable,
      timeZoneOf: (venueId) => zones.get(venueId ?? '') ?? event.timeZone,
      capacityOf: (session) => capacityOf(session, programme),
      earliestScanAt: earliestOf(sessions),
      standings,
      asOf,
    };
  };

  const conference = cached(load, {
    maxAgeMs: KNOWLEDGE_MAX_AGE_MS,
    staleIfErrorMs: KNOWLEDGE_GOOD_FOR_MS,
    isFinal: (error) => error instanceof UnknownEventError,
    onStale: (_event, error) => warnStale('conference', error),
    clock,
  });

  const occupancy = cached(
    async (key) => {
      const [event = '', sessionId = ''] = key.split('#');
      return counts.inside(event, sessionId);
    },
    { maxAgeMs: OCCUPANCY_MAX_AGE_MS, clock },
  );

  return {
    /** @throws {UnknownEventError} */
    conference: (event: string): Promise<Conference> => conference(event),

    /** What is known now, for a session that was not known: it may have been created a moment ago. */
    reloaded: (event: string): Promise<Conference> => conference(event, RELOAD_EVERY_MS),

    /** A reader of badges for one request. */
    badgesIn: badgeReader({ badges, conference, warnStale }),

    /** Who is inside, as counted; null while that can't be read: no scan fails for want of it. */
    occupancyOf: (event: string, sessionId: string): Promise<number | null> =>
      occupancy(`${event}#${sessionId}`).catch((error: unknown) => {
        warnStale('occupancy', error);
        return null;
      }),
  };
};

export type Conferences = ReturnType<typeof conferences>;
