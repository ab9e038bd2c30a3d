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
import type { BadgeChange } from '../../shared/store/badges/record.ts';
import { changeOf, statusOf } from './plan-import.ts';

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
    return detail === undefined ? row : { ...row, errors: [{ pointer: `/${index}/code`, detail }] };
  });

/** Imports up to 1,000 badges: all of them or none; sending them again changes nothing. */
export const importBadges =
  ({ badges, categoriesOf, signingKey, clock }: ImportDeps) =>
  async ({ params: { event }, body, text, headers }: CallOf<typeof operation>): Promise<Answer> => {
    const [key, categories] = await Promise.all([signingKey(event), categoriesOf(event)]);
    const isCsv = headers['content-type']?.toLowerCase().startsWith('text/csv') ?? false;
    const judged = judgeRows(
      isCsv ? readBadgeCsv(text, MAX_BADGES) : body.map((value) => ({ value, place: '' })),
      categories,
    );
    const rows = judged.flatMap(({ row, errors }) => (row && errors.length === 0 ? [row] : []));
    if (rows.length < judged.length) return refused(judged);

    const stored = await badges.getAll(
      event,
      rows.map(({ badgeId }) => badgeId),
    );
    const firstIssues = await badges.firstIssues(
      event,
      rows.flatMap(({ badgeId }) => (stored.has(badgeId) ? [] : [badgeId])),
    );
    const planned = rows.map((row) =>
      changeOf(
        row,
        stored.get(row.badgeId),
        (badge) => issueBadgeCode(key, { event, ...badge }),
        firstIssues.get(row.badgeId),
      ),
    );
    const wrong = new Map(
      planned.flatMap((plan, index) => ('error' in plan ? [[rows[index]?.badgeId, plan.error]] : [])),
    );
    if (wrong.size > 0) return refused(withErrors(judged, ({ badgeId }) => wrong.get(badgeId ?? undefined)));

    const changes = planned.filter((plan): plan is BadgeChange => !('error' in plan));
    const taken = new Set(
      await badges.save(
        event,
        changes.filter((change) => statusOf(change) !== 'unchanged'),
        clock(),
      ),
    );
    if (taken.size > 0) {
      return refused(
        withErrors(judged, ({ badgeId }) =>
          taken.has(badgeId ?? '') ? 'belongs to another badge' : undefined,
        ),
      );
    }
    return answer(
      changes.map((change) => ({
        badgeId: change.after.badgeId,
        status: statusOf(change),
        code: change.after.code,
      })),
    );
  };
