import { generateBadges } from '../../programmes/gdec-2023/badges.ts';
import type { CrowdScan } from '../../rehearse/requests.ts';
import type { CrowdBadge, ForumRoom } from '../../rehearse/scene.ts';

/** Badges with codes in the form of signed ones. */
export const someBadges = (count = 3000): CrowdBadge[] =>
  generateBadges({ count }).map(({ badgeId, category, country }) => ({
    badgeId,
    category,
    country,
    code: `T1.gdec-2023.${badgeId}.${category}.${country}.k1.${badgeId.replace('-', '').padEnd(86, 'x')}`,
  }));

export const someRooms = (count = 14): ForumRoom[] =>
  Array.from({ length: count }, (_, index) => ({ sessionId: `thematic-forum-${index + 1}`, capacity: 300 }));

/** A live entry of the first badge at the beginning. */
export const aScan = (change: Partial<CrowdScan> = {}): CrowdScan => {
  const [badge = null] = someBadges(1);
  return {
    scanId: crypto.randomUUID(),
    atMs: 0,
    scannedMs: change.atMs ?? 0,
    device: 0,
    sessionId: 'opening-ceremony',
    direction: 'entry',
    code: badge?.code ?? '',
    badge,
    standing: 'known',
    admittedOffline: false,
    ...change,
  };
};
