import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { Problem } from '../../shared/contract/problem.ts';
import type { createWalkIn } from '../../shared/contract/walk-ins.ts';
import { type CheckInDeps, checkIn } from '../../shared/door/check-in.ts';
import { deviceOf } from '../../shared/door/device.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { BadgeRecord } from '../../shared/store/badges/record.ts';
import { StoreBusyError } from '../../shared/store/errors.ts';
import type { EventReader } from '../../shared/store/events.ts';

export interface WalkInDeps extends CheckInDeps {
  readonly badges: Pick<BadgeStore, 'get' | 'save'>;
  /** @throws {UnknownEventError} */
  readonly event: EventReader['existing'];
}

/** Nobody guesses it. */
const CODE_BYTES = 16;

/**
 * A code that only the store can vouch for: the door's function holds no secret to sign with. Offline doors know it by
 * its hash, as they know codes of other systems; printing the badge again makes it a signed one.
 */
const makeCode = () => `WALKIN-${randomBytes(CODE_BYTES).toString('base64url')}`;

/** The same registration is the same badge, however often it is sent. */
const badgeIdOf = (scanId: string) => `W-${scanId.replaceAll('-', '')}`;

const registered = async (
  { badges, clock }: WalkInDeps,
  { params: { event }, body }: CallOf<typeof createWalkIn>,
): Promise<{ badge: BadgeRecord; isNew: boolean }> => {
  const badgeId = badgeIdOf(body.scanId);
  const known = await badges.get(event, badgeId);
  if (known) return { badge: known, isNew: false };
  const { category, country = null, name, company } = body.badge;
  const badge: BadgeRecord = {
    badgeId,
    category,
    country,
    name: name || null,
    company: company || null,
    code: makeCode(),
    issue: 1,
    reissuedAt: null,
    reissuedReason: null,
    revokedAt: null,
    revokedReason: null,
  };
  try {
    await badges.save(event, [{ before: undefined, after: badge }], clock());
    return { badge, isNew: true };
  } catch (error) {
    // The same registration was sent twice at once.
    const other = error instanceof StoreBusyError ? await badges.get(event, badgeId) : undefined;
    if (other) return { badge: other, isNew: false };
    throw error;
  }
};

const scanned = z.object({ results: z.array(z.unknown()) });

/** Registers somebody who has no badge and, where a session is named, lets them in as any other. */
export const walkIn = (deps: WalkInDeps) => {
  const decide = checkIn(deps);
  return async (call: CallOf<typeof createWalkIn>): Promise<Answer> => {
    const { scanId, sessionId, badge: wanted } = call.body;
    deviceOf(call.principal);
    const event = await deps.event(call.params.event);
    if (!event.categories.some(({ id }) => id === wanted.category)) {
      const detail = `is no category of this event, which has ${event.categories.map(({ id }) => id).join(', ')}`;
      throw new Problem('validation', `The body is not valid: /badge/category ${detail}`, {
        errors: [{ pointer: '/badge/category', detail }],
      });
    }
    const { badge, isNew } = await registered(deps, call);
    const { badgeId, category, country, name, company, code } = badge;
    const body = { badge: { badgeId, category, country, name, company, code } };
    const status = isNew ? 201 : 200;
    if (sessionId === undefined) return { status, body: { ...body, result: null } };
    const scan = { scanId, sessionId, badge: code, scannedAt: new Date(deps.clock()).toISOString() };
    const answer = await decide({ ...call, query: undefined, body: { scans: [scan], queued: undefined } });
    return { status, body: { ...body, result: scanned.parse(answer.body).results[0] } };
  };
};
