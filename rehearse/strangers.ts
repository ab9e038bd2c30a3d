import type { SeededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import type { Cast, CrowdBadge, Reading } from './scene.ts';

/** One character of the signature changed; null when the code carries no signature of ours. */
const forge = (code: string): string | null => {
  const signature = code.lastIndexOf('.') + 1;
  if (!code.startsWith('T1.') || code.length - signature < 20) return null;
  const at = signature + 9;
  return `${code.slice(0, at)}${code.charAt(at) === 'A' ? 'B' : 'A'}${code.slice(at + 1)}`;
};

const unknownCode = (random: SeededRandom): string =>
  `X${Array.from({ length: 4 }, () => random.whole(0, 0xffff).toString(16).padStart(4, '0')).join('')}`;

/**
 * Readings that no door should admit, about 1 % of the scans: codes of nobody, codes with a changed
 * signature, and every revoked badge once or twice.
 */
export const strangers = (
  { guests, revoked, random }: Cast,
  scans: number,
  place: () => Pick<Reading, 'atMs' | 'device' | 'sessionId'>,
): Reading[] => {
  const readings: Reading[] = [];
  const turnUp = (code: string, badge: CrowdBadge | null, standing: Reading['standing']) =>
    readings.push({ ...place(), direction: 'entry', code, badge, standing });
  for (let each = 0; each < Math.round(scans * 0.005); each += 1) {
    const forged = random.chance(0.25) ? forge(random.pick(guests).code) : null;
    turnUp(forged ?? unknownCode(random), null, forged === null ? 'unknown' : 'forged');
  }
  for (const badge of revoked) {
    for (let each = random.whole(1, 2); each > 0; each -= 1) turnUp(badge.code, badge, 'revoked');
  }
  return readings;
};
