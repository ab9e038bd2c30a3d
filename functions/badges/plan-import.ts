import { type BadgeRow, type BadgeRowResult, changedFields } from '../../shared/contract/badges.ts';
import { parseBadgeCode } from '../../shared/domain/badge-code.ts';
import { isForeign } from '../../shared/store/badges/code-hash.ts';
import type { BadgeChange, BadgeRecord } from '../../shared/store/badges/record.ts';

/** Makes the signed code of a print. */
export type IssueCode = (badge: Pick<BadgeRecord, 'badgeId' | 'category' | 'country' | 'issue'>) => string;

type Print = Pick<BadgeRecord, 'code' | 'issue'>;

const kept = <T>(value: T | undefined, stored: T | undefined, none: T): T =>
  value === undefined ? (stored ?? none) : value;

/** The print that a badge has, or a new one where what a signed code says is no longer so. */
const ownPrint = (
  badge: Pick<BadgeRecord, 'badgeId' | 'category' | 'country'>,
  before: BadgeRecord | undefined,
  issueCode: IssueCode,
  first: number,
): Print => {
  if (!before) return { code: issueCode({ ...badge, issue: first }), issue: first };
  const code = parseBadgeCode(before.code);
  const stays =
    code.kind !== 'signed' || (code.category === badge.category && code.country === badge.country);
  if (stays) return before;
  const issue = before.issue + 1;
  return { code: issueCode({ ...badge, issue }), issue };
};

/** What becomes of one row: a code that is given, else the stored one, else one signed by us. */
export const changeOf = (
  row: BadgeRow,
  before: BadgeRecord | undefined,
  issueCode: IssueCode,
  first = 1,
): BadgeChange | { readonly error: string } => {
  const country = kept(row.country, before?.country, null);
  const badge = { badgeId: row.badgeId, category: row.category, country };
  const own = ownPrint(badge, before, issueCode, first);
  const isGiven = Boolean(row.code) && row.code !== own.code;
  if (isGiven && parseBadgeCode(row.code ?? '').kind !== 'foreign') {
    return {
      error: 'begins like a code of ours and is not the one of this badge: leave it out to have it issued',
    };
  }
  const print = isGiven ? { code: row.code ?? '', issue: before ? before.issue + 1 : first } : own;
  return {
    before,
    after: {
      ...badge,
      name: kept(row.name, before?.name, null) || null,
      company: kept(row.company, before?.company, null) || null,
      code: print.code,
      issue: print.issue,
      reissuedAt: before?.reissuedAt ?? null,
      reissuedReason: before?.reissuedReason ?? null,
      revokedAt: before?.revokedAt ?? null,
      revokedReason: before?.revokedReason ?? null,
      standingAt: before?.standingAt,
    },
  };
};

/** Fields of a stored badge that become others. A code of ours is not told before it is issued: doors would take it. */
export const changedIn = ({ before, after }: BadgeChange): NonNullable<BadgeRowResult['changes']> =>
  changedFields.flatMap((field) => {
    if (!before || before[field] === after[field]) return [];
    const isOurs = field === 'code' && !isForeign(after.code);
    return [{ field, before: before[field], after: isOurs ? null : after[field] }];
  });

export const statusOf = (change: BadgeChange): BadgeRowResult['status'] => {
  if (!change.before) return 'created';
  return changedIn(change).length === 0 ? 'unchanged' : 'updated';
};
