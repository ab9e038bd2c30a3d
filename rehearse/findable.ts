import * as z from 'zod';
import type { Breaches } from './breaches.ts';
import type { Client } from './client.ts';
import type { Request } from './requests.ts';

const story = z.object({ scans: z.array(z.object({ scanId: z.string() })) });

/** Badges whose whole story is read; all would take as long as the play itself. */
const SAMPLE = 200;

export interface Findable {
  readonly badges: number;
  readonly scans: number;
}

/**
 * Looks up acknowledged scans in the stories of badges (I1), those with most scans first. Answers null
 * where the host tells no stories.
 */
export const checkFindable = async (
  host: { readonly client: Client; readonly event: string; readonly organizerToken: string },
  requests: readonly Request[],
  breaches: Breaches,
): Promise<Findable | null> => {
  const sent = new Map<string, Set<string>>();
  for (const { scan, badge } of requests.flatMap(({ scans }) =>
    scans.map((each) => ({ scan: each, badge: each.badge })),
  )) {
    if (!badge) continue;
    sent.set(badge.badgeId, (sent.get(badge.badgeId) ?? new Set()).add(scan.scanId));
  }
  const sample = [...sent].sort(([, a], [, b]) => b.size - a.size).slice(0, SAMPLE);
  let scans = 0;
  for (const [badgeId, scanIds] of sample) {
    const path = `/v1/events/${host.event}/badges/${badgeId}`;
    const { status, body } = await host.client.send({ method: 'GET', path, token: host.organizerToken });
    const told = story.safeParse(body);
    if (status === 404 || !told.success) return null;
    const known = new Set(told.data.scans.map(({ scanId }) => scanId));
    for (const scanId of scanIds) {
      scans += 1;
      if (!known.has(scanId))
        breaches.add('I1', `scan ${scanId} of badge ${badgeId} is not in the badge's story`);
    }
  }
  return { badges: sample.length, scans };
};
