import type {
  Badge,
  BadgeScan,
  deleteBadge,
  findBadges,
  getBadge,
  reissueBadge,
  revokeBadge,
  unrevokeBadge,
} from '../../shared/contract/badges.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { foldName, nameBeginnings } from '../../shared/domain/names.ts';
import { type BadgeKey, issueBadgeCode } from '../../shared/runtime/badge-keys.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { assertMay } from '../../shared/runtime/principal.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { BadgeRecord } from '../../shared/store/badges/record.ts';
import { NAME_PREFIX_LETTERS } from '../../shared/store/registry-keys.ts';

export interface BadgeDeps {
  readonly badges: BadgeStore;
  /** The key that signs an event's codes; rejects for an unknown event. */
  readonly signingKey: (event: string) => Promise<BadgeKey>;
  /** Rejects for an unknown event. */
  readonly sessionsOf: (event: string) => Promise<readonly StoredSession[]>;
  /** Every scan of a badge, oldest first. */
  readonly scansOf: (
    event: string,
    badgeId: string,
    sessions: readonly StoredSession[],
  ) => Promise<BadgeScan[]>;
  readonly clock: () => number;
}

const shown = ({ standingAt: _, ...badge }: BadgeRecord): Badge => badge;

const byBadgeId = (a: Badge, b: Badge): number => (a.badgeId < b.badgeId ? -1 : 1);

const unknown = (badgeId: string) => new Problem('not-found', `There is no badge ${badgeId}`);

const tooShort = () => {
  const detail = 'must have at least 3 letters or digits';
  return new Problem('validation', `The query is not valid: search ${detail}`, {
    errors: [{ pointer: '/search', detail }],
  });
};

export const badgeCommands = ({ badges, signingKey, sessionsOf, scansOf, clock }: BadgeDeps) => ({
  /** Badges by the beginning of a name, or of a later word of it; or all of them. */
  find: async ({ params: { event }, query, principal }: CallOf<typeof findBadges>): Promise<Answer> => {
    const isWanted = ({ category }: { readonly category: string }) =>
      query.category === undefined || category === query.category;
    if (query.search === undefined) {
      assertMay(principal, ['organizer'], event);
      await sessionsOf(event);
      const { items, ...next } = await badges.list(event, { ...query, keep: isWanted });
      const found = await badges.getAll(
        event,
        items.map(({ badgeId }) => badgeId),
      );
      return {
        status: 200,
        body: { items: [...found.values()].map(shown).sort(byBadgeId), ...next },
      };
    }
    const search = foldName(query.search);
    if ([...search].length < NAME_PREFIX_LETTERS) throw tooShort();
    const { items: badgeIds, ...next } = await badges.findNames(event, search, query);
    if (badgeIds.length === 0) await sessionsOf(event);
    const found = await badges.getAll(event, [...new Set(badgeIds)]);
    // In the order of the names; a badge renamed a moment ago may still be filed under its old one.
    const items = [...new Set(badgeIds)].flatMap((badgeId) => {
      const badge = found.get(badgeId);
      return badge && isWanted(badge) && nameBeginnings(badge.name).some((name) => name.startsWith(search))
        ? [shown(badge)]
        : [];
    });
    return { status: 200, body: { items, ...next } };
  },

  /** A badge's whole story. */
  get: async ({ params: { event, badge: badgeId } }: CallOf<typeof getBadge>): Promise<Answer> => {
    const [badge, sessions] = await Promise.all([badges.get(event, badgeId), sessionsOf(event)]);
    if (!badge) throw unknown(badgeId);
    return { status: 200, body: { ...shown(badge), scans: await scansOf(event, badgeId, sessions) } };
  },

  revoke: async ({
    params: { event, badge: badgeId },
    body,
  }: CallOf<typeof revokeBadge>): Promise<Answer> => {
    const revoked = await badges.revoke(event, badgeId, body?.reason ?? null, clock());
    if (!revoked) throw unknown(badgeId);
    return { status: 200, body: shown(revoked) };
  },

  unrevoke: async ({ params: { event, badge: badgeId } }: CallOf<typeof unrevokeBadge>): Promise<Answer> => {
    const restored = await badges.restore(event, badgeId, clock());
    if (!restored) throw unknown(badgeId);
    return { status: 200, body: shown(restored) };
  },

  /** Only where it was never used: what happened stays findable. */
  remove: async ({ params: { event, badge: badgeId } }: CallOf<typeof deleteBadge>): Promise<Answer> => {
    const [badge, sessions] = await Promise.all([badges.get(event, badgeId), sessionsOf(event)]);
    if (!badge) throw unknown(badgeId);
    const scans = await scansOf(event, badgeId, sessions);
    if (scans.length > 0) {
      throw new Problem('conflict', `Badge ${badgeId} has been scanned: revoke it instead`);
    }
    await badges.remove(event, badge, clock());
    return { status: 204 };
  },

  /** A new print, signed by us; the one before is refused from now on. */
  reissue: async ({
    params: { event, badge: badgeId },
    body: { reason },
  }: CallOf<typeof reissueBadge>): Promise<Answer> => {
    const before = await badges.get(event, badgeId);
    if (!before) throw unknown(badgeId);
    if (before.revokedAt !== null) {
      throw new Problem('conflict', `Badge ${badgeId} is revoked: take that back first (unrevoke)`);
    }
    const issue = before.issue + 1;
    const code = issueBadgeCode(await signingKey(event), { ...before, event, issue });
    await badges.save(
      event,
      [{ before, after: { ...before, code, issue, reissuedReason: reason } }],
      clock(),
    );
    const after = await badges.get(event, badgeId);
    if (!after) throw unknown(badgeId);
    return { status: 200, body: shown(after) };
  },
});
