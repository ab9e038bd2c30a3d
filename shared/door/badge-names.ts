import type { ScanResult } from '../contract/check-ins.ts';
import { log } from '../runtime/log.ts';
import type { DevicePrincipal } from '../runtime/principal.ts';
import { SHOWN_WITHIN_MS, within } from '../runtime/within.ts';

/** Names of badges, by badgeId; those that are not there are left out. */
export type BadgeNames = (
  event: string,
  badgeIds: readonly string[],
) => Promise<ReadonlyMap<string, string | null>>;

/**
 * Results with the names of who was scanned, for supervisors: they may search badges by name, scanners may not. All of a
 * request cost one read, after everything is decided; where it fails, the names are missing and nothing else.
 */
export const withNames = async (
  namesOf: BadgeNames,
  { event, role }: DevicePrincipal,
  results: readonly ScanResult[],
): Promise<readonly ScanResult[]> => {
  const badgeIds = new Set(results.flatMap(({ badge }) => badge?.badgeId ?? []));
  if (role !== 'supervisor' || badgeIds.size === 0) return results;
  try {
    const names = await within(SHOWN_WITHIN_MS, namesOf(event, [...badgeIds]));
    return results.map((result) => {
      const { badge } = result;
      return badge ? { ...result, badge: { ...badge, name: names.get(badge.badgeId) ?? null } } : result;
    });
  } catch (error) {
    log.warn('names of badges are not known', { error: String(error) });
    return results;
  }
};
