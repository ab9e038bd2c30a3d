import type { getScanner, getScannerCodes } from '../../shared/contract/devices.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { isRevoked, type StandingChange, withChanges } from '../../shared/domain/badge-standing.ts';
import { canonicalJson } from '../../shared/runtime/canonical-json.ts';
import { validated } from '../../shared/runtime/etag.ts';
import type { Heard } from '../../shared/runtime/heard-of.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { DeviceDeps } from './devices.ts';

export interface ScannerDeps extends DeviceDeps {
  readonly badges: BadgeStore;
  readonly heardOf: (event: string, deviceId: string, heard: Heard) => void;
}

/** Codes in the first answer; a device with more of them asks for the other pages. */
const FIRST_CODES = 1000;

/** The same knowledge is the same bytes and has the same ETag (RFC 9110 section 8.8.3). */
const knowledge = (headers: Readonly<Record<string, string | undefined>>, body: unknown): Answer =>
  validated(headers, canonicalJson(body), {
    'cache-control': 'private, no-cache',
    'content-type': 'application/json',
  });

const codesOf = async (
  { badges, cursors }: ScannerDeps,
  event: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) => {
  const { items, ...next } = await cursors.page(['imported codes', event], cursor, (after) =>
    badges.list(event, { limit, after, keep: ({ codeHash }) => codeHash !== undefined }),
  );
  return {
    items: items.map(({ codeHash, badgeId, category, country }) => ({
      hash: codeHash ?? '',
      badgeId,
      category,
      country,
    })),
    ...next,
  };
};

/** As lists in one order: what is revoked now, and every later print. */
const standingLists = (changes: readonly StandingChange[]) => {
  const standings = [...withChanges(new Map(), changes)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    revokedBadges: standings.flatMap(([badgeId, standing]) => (isRevoked(standing) ? [badgeId] : [])),
    reissuedBadges: standings.flatMap(([badgeId, { issuedAt, deletions }]) =>
      [...issuedAt].map(([issue, at]) => ({
        badgeId,
        issue,
        at: new Date(at).toISOString(),
        ...(deletions.has(issue) && { deleted: true }),
      })),
    ),
  };
};

const byId =
  <Key extends string>(key: Key) =>
  (a: Record<Key, string>, b: Record<Key, string>) =>
    a[key] < b[key] ? -1 : 1;

/** What a device needs to decide alone. */
export const scanner =
  (deps: ScannerDeps) =>
  async ({ params, query, principal, headers }: CallOf<typeof getScanner>): Promise<Answer> => {
    if (principal.kind !== 'device') throw new Problem('forbidden', 'Only a paired device needs this');
    deps.heardOf(params.event, principal.deviceId, { queued: query.queued });
    const event = await deps.event(params.event);
    const [{ venues, sessions }, { changes }, importedCodes] = await Promise.all([
      deps.programme(event),
      deps.badges.standingsSince(params.event),
      codesOf(deps, params.event, { limit: FIRST_CODES }),
    ]);
    const { deviceId, role, sessions: scope } = principal;
    const inScope = scope ? sessions.filter(({ sessionId }) => scope.includes(sessionId)) : sessions;
    return knowledge(headers, {
      event: event.event,
      device: { deviceId, role, sessions: scope },
      languages: event.languages,
      venues: venues.toSorted(byId('venueId')),
      sessions: inScope.toSorted(byId('sessionId')),
      publicKeys: event.publicKeys,
      ...standingLists(changes),
      importedCodes,
    });
  };

export const scannerCodes =
  (deps: ScannerDeps) =>
  async ({ params, query, headers }: CallOf<typeof getScannerCodes>): Promise<Answer> =>
    knowledge(headers, await codesOf(deps, params.event, query));
