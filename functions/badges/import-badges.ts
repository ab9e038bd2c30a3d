import {
  type BadgeRowResult,
  MAX_BADGES,
  type importBadges as operation,
} from '../../shared/contract/badges.ts';
import { MAX_ERRORS } from '../../shared/contract/problem.ts';
import { readBadgeCsv } from '../../shared/import/badge-csv.ts';
import { type JudgedRow, judgeRows } from '../../shared/import/badge-rows.ts';
import { type BadgeKey, issueBadgeCode } from '../../shared/runtime/badge-keys.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import { isForeign } from '../../shared/store/badges/code-hash.ts';
import type { BadgeChange } from '../../shared/store/badges/record.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import { changedIn, changeOf, type IssueCode, statusOf } from './plan-import.ts';

export interface ImportDeps {
  readonly badges: BadgeStore;
  /** Categories of an event's badges; rejects for an unknown event. */
  readonly categoriesOf: (event: string) => Promise<readonly { readonly id: string }[]>;
  /** The key that signs an event's codes; rejects for an unknown event. */
  readonly signingKey: (event: string) => Promise<BadgeKey>;
  readonly clock: () => number;
}

const answer = (results: readonly BadgeRowResult[]): Answer => {
  const count = (status: BadgeRowResult['status']) =>
    results.filter((result) => result.status === status).length;
  const errors = results.flatMap((result) => result.errors ?? []);
  return {
    status: 200,
    body: {
      created: count('created'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      errors: errors.slice(0, MAX_ERRORS),
      errorCount: errors.length,
      results,
    },
  };
};

/** Most wrong places that are named of one row. */
const MAX_ROW_ERRORS = 10;

/** With any wrong row nothing is applied. */
const refused = (rows: readonly JudgedRow[]): Answer =>
  answer(
    rows.map(({ badgeId, errors }) =>
      errors.length > 0
        ? { badgeId, status: 'invalid', errors: errors.slice(0, MAX_ROW_ERRORS) }
        : { badgeId, status: 'not-applied' },
    ),
  );

const withErrors = (
  rows: readonly JudgedRow[],
  detailOf: (row: JudgedRow) => string | undefined,
): JudgedRow[] =>
  rows.map((row, index) => {
    const detail = detailOf(row);
    return detail === undefined || row.errors.length > 0
      ? row
      : { ...row, errors: [{ pointer: `/${index}/code`, detail }] };
  });

const TAKEN = 'belongs to another badge';

/** What becomes of the rows that are right so far, by badge, and the rows with what is wrong by what is stored. */
const planned = async (
  { badges, signingKey }: ImportDeps,
  event: string,
  judged: readonly JudgedRow[],
): Promise<{ readonly rows: readonly JudgedRow[]; readonly changes: ReadonlyMap<string, BadgeChange> }> => {
  const key = await signingKey(event);
  const right = judged.flatMap(({ row, errors }) => (row && errors.length === 0 ? [row] : []));
  const stored = await badges.getAll(
    event,
    right.map(({ badgeId }) => badgeId),
  );
  const firstIssues = await badges.firstIssues(
    event,
    right.flatMap(({ badgeId }) => (stored.has(badgeId) ? [] : [badgeId])),
  );
  const changes = new Map<string, BadgeChange>();
  const wrong = new Map<string, string>();
  for (const row of right) {
    const { badgeId } = row;
    const issue: IssueCode = (badge) => issueBadgeCode(key, { event, ...badge });
    const plan = changeOf(row, stored.get(badgeId), issue, firstIssues.get(badgeId));
    if ('error' in plan) wrong.set(badgeId, plan.error);
    else changes.set(badgeId, plan);
  }
  return { rows: withErrors(judged, ({ badgeId }) => wrong.get(badgeId ?? '')), changes };
};

/** What would become of each row; reads alone. */
const foretell = async (
  { badges }: ImportDeps,
  event: string,
  { rows, changes }: Awaited<ReturnType<typeof planned>>,
): Promise<Answer> => {
  const taken = new Set<string>();
  const claiming = [...changes.values()].filter(
    ({ before, after }) => isForeign(after.code) && before?.code !== after.code,
  );
  await forEachOf(claiming, async ({ after: { badgeId, code } }) => {
    const owner = (await badges.ownersOfCode(event, code))?.owners.find(({ until }) => until === null);
    if (owner && owner.badgeId !== badgeId) taken.add(badgeId);
  });
  const told = withErrors(rows, ({ badgeId }) => (taken.has(badgeId ?? '') ? TAKEN : undefined));
  return answer(
    told.map(({ badgeId, errors }) => {
      const change = changes.get(badgeId ?? '');
      if (errors.length > 0 || !change)
        return { badgeId, status: 'invalid', errors: errors.slice(0, MAX_ROW_ERRORS) };
      return { badgeId, status: statusOf(change), ...(change.before && { changes: changedIn(change) }) };
    }),
  );
};

/** Imports up to 1,000 badges: all of them or none; sending them again changes nothing. */
export const importBadges =
  (deps: ImportDeps) =>
  async ({ params: { event }, query, body, text, headers }: CallOf<typeof operation>): Promise<Answer> => {
    const { badges, categoriesOf, clock } = deps;
    const categories = await categoriesOf(event);
    const isCsv = headers['content-type']?.toLowerCase().startsWith('text/csv') ?? false;
    const judged = judgeRows(
      isCsv ? readBadgeCsv(text, MAX_BADGES) : body.map((value) => ({ value, place: '' })),
      categories,
    );
    if (query.dryRun) return foretell(deps, event, await planned(deps, event, judged));
    if (judged.some(({ errors }) => errors.length > 0)) return refused(judged);

    const { rows, changes: byBadge } = await planned(deps, event, judged);
    if (byBadge.size < rows.length) return refused(rows);
    const changes = [...byBadge.values()];
    const taken = new Set(
      await badges.save(
        event,
        changes.filter((change) => statusOf(change) !== 'unchanged'),
        clock(),
      ),
    );
    if (taken.size > 0)
      return refused(withErrors(rows, ({ badgeId }) => (taken.has(badgeId ?? '') ? TAKEN : undefined)));
    return answer(
      changes.map((change) => ({
        badgeId: change.after.badgeId,
        status: statusOf(change),
        code: change.after.code,
      })),
    );
  };
