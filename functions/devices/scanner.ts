import { createHash } from 'node:crypto';
import type { getScanner } from '../../shared/contract/devices.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { Heard } from '../../shared/runtime/heard-of.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import type { DeviceDeps } from './devices.ts';

export interface ScannerDeps extends DeviceDeps {
  readonly badges: BadgeStore;
  readonly heardOf: (event: string, deviceId: string, heard: Heard) => void;
}

/** What a device needs to decide alone; the same bytes give the same ETag (RFC 9110 section 8.8.3). */
export const scanner =
  ({ event: eventOf, programme, badges, heardOf }: ScannerDeps) =>
  async ({ params, query, principal, headers }: CallOf<typeof getScanner>): Promise<Answer> => {
    if (principal.kind !== 'device') throw new Problem('forbidden', 'Only a paired device needs this');
    heardOf(params.event, principal.deviceId, { queued: query.queued });
    const event = await eventOf(params.event);
    const [{ venues, sessions }, { badgeIds }] = await Promise.all([
      programme(event),
      badges.revokedSince(params.event),
    ]);
    const { deviceId, role, sessions: scope } = principal;
    const inScope = scope ? sessions.filter(({ sessionId }) => scope.includes(sessionId)) : sessions;
    const text = JSON.stringify({
      event: event.event,
      device: { deviceId, role, sessions: scope },
      languages: event.languages,
      venues,
      sessions: inScope,
      publicKeys: event.publicKeys,
      revokedBadges: [...new Set(badgeIds)].sort(),
    });
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    const validators = { etag, 'cache-control': 'private, no-cache' };
    if (headers['if-none-match']?.split(/\s*,\s*/).includes(etag))
      return { status: 304, headers: validators };
    return { status: 200, text, headers: { ...validators, 'content-type': 'application/json' } };
  };
