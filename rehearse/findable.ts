import type { Breaches } from './breaches.ts';
import type { Client } from './client.ts';
import type { Request } from './requests.ts';

/** Badges whose whole story is read; all would take as long as the play itself. */
const SAMPLE = 200;

export interface Findable {
  readonly badges: number;
  readonly scans: number;
}

/** Looks up acknowledged scans in the stories of badges (I1), those with most scans first. */
export const checkFindable = async (
  host: { readonly client: Client; readonly event: string; readonly organizerToken: string },
  requests: readonly Request[],
  breaches: Breaches,
): Promise<Findable> => {
  const sent = new Map<string, Set<string>>();
  for (const { scan, badge } of requests.flatMap(({ scans }) =>
    scans.map((each) => ({ scan: each, badge: each.badge })),
  )) {
    if (!badge) continue;
    sent.set(badge.badgeId, (sent.get(badge.badgeId) ?? new Set()).add(scan.scanId));
  }
  const sample = [...sent].sort(([, a], [, b]) => b.size - a.size).slice(0, SAMPLE);
  const api = host.client.as(host.organizerToken);
  let scans = 0;
  for (const [badgeId, scanIds] of sample) {
    const params = { event: host.event, badge: badgeId };
    const { body } = await api.call('GET /v1/events/{event}/badges/{badge}', { params });
    const known = new Set(body.scans.map(({ scanId }) => scanId));
    for (const scanId of scanIds) {
      scans += 1;
      if (!known.has(scanId))
        breaches.add('I1', `scan ${scanId} of badge ${badgeId} is not in the badge's story`);
    }
  }
  return { badges: sample.length, scans };
};
