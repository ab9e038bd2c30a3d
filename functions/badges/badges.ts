import type {
  Badge,
  BadgeScan,
  deleteBadge,
  getBadge,
  reissueBadge,
  revokeBadge,
  unrevokeBadge,
} from '../../shared/contract/badges.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { type BadgeKey, issueBadgeCode } from '../../shared/runtime/badge-keys.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { BadgeRecord } from '../../shared/store/badges/record.ts';

export interface BadgeDeps {
  readonly badges: BadgeStore;
  /** The key that signs an event's codes; rejects for an unknown event. */
  readonly signingKey: (event: string) => Promise<BadgeKey>;
  readonly sessionsOf: (event: string) => Promise<readonly StoredSession[]>;
  /** Every scan of a badge, oldest first. */
  readonly scansOf: (
    event: string,
    badgeId: string,
    sessions: readonly StoredSession[],
  ) => Promise<BadgeScan[]>;
  readonly clock: () => number;
}

export const shown = ({ standingAt: _, ...badge }: BadgeRecord): Badge => badge;

const unknown = (badgeId: string) => new Problem('not-found', `There is no badge ${badgeId}`);

export const badgeCommands = ({ badges, signingKey, sessionsOf, scansOf, clock }: BadgeDeps) => ({
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
