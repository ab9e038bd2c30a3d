import type { BadgeReading } from '../domain/admission.ts';
import { parseBadgeCode, verifyBadgeCode } from '../domain/badge-code.ts';
import { isRevoked, type Standing, standingOf } from '../domain/badge-standing.ts';
import { ownerAt } from '../domain/code-owners.ts';
import { badgeVerifier } from '../runtime/badge-keys.ts';
import { within } from '../runtime/within.ts';
import type { CodeRecord } from '../store/badges/codes.ts';
import type { DoorBadges } from '../store/badges/door.ts';
import type { DoorEvent } from '../store/door-programme.ts';

/** Codes of other systems that are remembered for when the Registry can't be read. */
const MAX_REMEMBERED_CODES = 20_000;
/** A code is looked for no longer, in ms: there has to be time left to record its scan. */
const LOOK_UP_MS = 3_000;

/** What tells how the prints of badges stand. */
export interface KnownStandings {
  readonly event: DoorEvent;
  readonly standings: ReadonlyMap<string, Standing>;
}

interface Deps {
  readonly badges: Pick<DoorBadges, 'ownersOfCode'>;
  readonly conference: (event: string) => Promise<KnownStandings>;
  readonly warnStale: (what: string, error: unknown) => void;
}

/** Codes of other systems: read each time, remembered for when that fails. */
const codeReader = ({ badges, warnStale }: Deps) => {
  const remembered = new Map<string, CodeRecord>();
  const lookUp = async (event: string, text: string) =>
    (await badges.ownersOfCode(event, text)) ??
    // A badge that was registered a moment ago is at the door already.
    (await badges.ownersOfCode(event, text, { consistent: true }));
  return async (event: string, text: string): Promise<CodeRecord | undefined> => {
    const key = `${event}#${text}`;
    try {
      const found = await within(LOOK_UP_MS, lookUp(event, text));
      if (!found) return undefined;
      if (remembered.size >= MAX_REMEMBERED_CODES) remembered.clear();
      remembered.set(key, found);
      return found;
    } catch (error) {
      const known = remembered.get(key);
      if (!known) throw error;
      warnStale('code', error);
      return known;
    }
  };
};

/** Reads what is printed on badges. Signed codes are verified without a read; a code of another system costs one. */
export const badgeReader = (deps: Deps) => {
  const ownersOf = codeReader(deps);
  /** For one request: a code of another system is read once in it, however often it was scanned. */
  return ({ event, standings }: KnownStandings) => {
    const asked = new Map<string, ReturnType<typeof ownersOf>>();
    const ownersOnce = (text: string) => {
      const owners = asked.get(text) ?? ownersOf(event.event, text);
      asked.set(text, owners);
      return owners;
    };
    /** @param at when the badge was read, ms: whose a code was and how its badge stood are judged at this time */
    return async (text: string, at: number): Promise<BadgeReading> => {
      const code = parseBadgeCode(text);
      switch (code.kind) {
        case 'malformed':
          return { kind: 'forged' };
        case 'foreign': {
          const found = await ownersOnce(text);
          const owned = found && ownerAt(found.owners, at);
          if (!owned) return { kind: 'unknown' };
          const { badgeId, category, country, until } = owned.owner;
          const { revokedAt } = found;
          const revoked =
            (until === null && revokedAt !== null && revokedAt <= at) ||
            isRevoked(standings.get(badgeId), at);
          const { superseded } = owned;
          return {
            kind: 'known',
            badgeId,
            category,
            country,
            name: null,
            revoked,
            superseded,
            deleted: owned.owner.deleted,
          };
        }
        case 'signed': {
          const issuer =
            code.event === event.event ? event : (await deps.conference(code.event).catch(() => null))?.event;
          const genuine = issuer && verifyBadgeCode(code, badgeVerifier(issuer.publicKeys));
          if (!genuine) return { kind: 'forged' };
          if (code.event !== event.event) return { kind: 'other-event', event: code.event };
          const { badgeId, category, country, issue } = code;
          const standing = standingOf(standings, badgeId, issue, at);
          return { kind: 'known', badgeId, category, country, name: null, ...standing };
        }
      }
    };
  };
};
