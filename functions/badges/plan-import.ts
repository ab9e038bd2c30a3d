import { type BadgeRow, type BadgeRowResult, badgeRow } from '../../shared/contract/badges.ts';
import { type ProblemPlace, placesOf } from '../../shared/contract/problem.ts';
import { parseBadgeCode } from '../../shared/domain/badge-code.ts';
import type { BadgeChange, BadgeRecord } from '../../shared/store/badges.ts';
import type { UploadedRow } from './read-csv.ts';

export interface JudgedRow {
  readonly badgeId: string | null;
  readonly row: BadgeRow | undefined;
  readonly errors: readonly ProblemPlace[];
}

const idOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'badgeId' in value && typeof value.badgeId === 'string'
    ? value.badgeId.slice(0, 64)
    : null;

/** Each row by itself and against the others of the request. */
export const judgeRows = (rows: readonly UploadedRow[]): JudgedRow[] => {
  const seen = { badgeId: new Map<string, number>(), code: new Map<string, number>() };
  const repeated = (field: 'badgeId' | 'code', value: string | null | undefined, index: number): string[] => {
    if (!value) return [];
    const first = seen[field].get(value);
    if (first === undefined) seen[field].set(value, index);
    return first === undefined ? [] : [`is that of row ${first + 1} of this request too`];
  };
  return rows.map(({ value, place }, index) => {
    const at = (pointer: string, detail: string) => ({
      pointer: `/${index}${pointer}`,
      detail: `${place}${detail}`,
    });
    const parsed = badgeRow.safeParse(value);
    if (!parsed.success) {
      const text = typeof value === 'string' ? value : undefined;
      const errors = text
        ? [at('', text)]
        : placesOf(parsed.error).map(({ pointer, detail }) => at(pointer, detail));
      return { badgeId: idOf(value), row: undefined, errors };
    }
    const row = parsed.data;
    const errors = [
      ...repeated('badgeId', row.badgeId, index).map((detail) => at('/badgeId', detail)),
      ...repeated('code', row.code, index).map((detail) => at('/code', detail)),
    ];
    return { badgeId: row.badgeId, row, errors };
  });
};

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
