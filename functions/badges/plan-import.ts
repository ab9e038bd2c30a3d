import type { BadgeRow, BadgeRowResult } from '../../shared/contract/badges.ts';
import { parseBadgeCode } from '../../shared/domain/badge-code.ts';
import type { BadgeChange, BadgeRecord } from '../../shared/store/badges/record.ts';

const kept = <T>(value: T | undefined, stored: T | undefined, none: T): T =>
  value === undefined ? (stored ?? none) : value;

/** The code that a badge shall have: given, or another system's that is stored, or signed by us. */
const codeOf = (
  row: BadgeRow,
  before: BadgeRecord | undefined,
  issue: (badge: Pick<BadgeRecord, 'badgeId' | 'category' | 'country'>) => string,
  country: string | null,
): { code: string } | { error: string } => {
  const issued = () => issue({ badgeId: row.badgeId, category: row.category, country });
  if (!row.code) {
    const keepsForeign = before && parseBadgeCode(before.code).kind === 'foreign';
    return { code: keepsForeign ? before.code : issued() };
  }
  if (parseBadgeCode(row.code).kind === 'foreign' || row.code === issued()) return { code: row.code };
  return {
    error: 'begins like a code of ours and is not the one of this badge: leave it out to have it issued',
  };
};

/** What becomes of one row. */
export const changeOf = (
  row: BadgeRow,
  before: BadgeRecord | undefined,
  issue: (badge: Pick<BadgeRecord, 'badgeId' | 'category' | 'country'>) => string,
): BadgeChange | { readonly error: string } => {
  const country = kept(row.country, before?.country, null);
  const code = codeOf(row, before, issue, country);
  if ('error' in code) return code;
  return {
    before,
    after: {
      badgeId: row.badgeId,
      category: row.category,
      country,
      name: kept(row.name, before?.name, null) || null,
      code: code.code,
      revokedAt: before?.revokedAt ?? null,
      revokedReason: before?.revokedReason ?? null,
    },
  };
};

export const statusOf = ({ before, after }: BadgeChange): BadgeRowResult['status'] => {
  if (!before) return 'created';
  const same =
    before.category === after.category &&
    before.country === after.country &&
    before.name === after.name &&
    before.code === after.code;
  return same ? 'unchanged' : 'updated';
};
