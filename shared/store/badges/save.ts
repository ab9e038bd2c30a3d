import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Action, forEachOf, transactAll } from '../batches.ts';
import { StoreBusyError } from '../errors.ts';
import { isForeign } from './code-hash.ts';
import { claimCode, freeingCodes, unclaimCode } from './codes.ts';
import { listingBadge } from './list.ts';
import { renaming } from './names.ts';
import { type BadgeChange, type BadgeRecord, putBadge } from './record.ts';
import { standingEntry, standingTime } from './standings.ts';

const hasNewCode = ({ before, after }: BadgeChange) => before !== undefined && before.code !== after.code;

/** A change that says when the print before ended. */
const dated = (change: BadgeChange, now: number): BadgeChange => {
  const { before, after } = change;
  if (!before || !hasNewCode(change)) return change;
  const at = standingTime(before, now);
  return { before, after: { ...after, reissuedAt: at, standingAt: at } };
};

/** Everything but the claim of its code: the record, its names, the end of the print before. */
const actionsOf = (
  table: string,
  event: string,
  change: BadgeChange,
  freeing: ReadonlyMap<string, Action>,
): Action[] => {
  const { before, after } = change;
  const freed = freeing.get(after.badgeId);
  const replacesOurs = before && hasNewCode(change) && !isForeign(before.code);
  const { badgeId, issue, standingAt } = after;
  return [
    putBadge(table, event, change),
    listingBadge(table, event, after),
    ...renaming(table, event, change),
    ...(freed ? [freed] : []),
    ...(replacesOurs && standingAt !== undefined
      ? [standingEntry(table, event, { badgeId, kind: 'reissued', issue, at: standingAt })]
      : []),
  ];
};

/**
 * Stores badges, each with its names. Codes come first, each for one badge alone; what is left half done
 * by a crash is harmless, and doing it again mends it.
 * @returns the badges whose code belongs to another badge; if there are any, nothing is stored
 * @throws {StoreBusyError} when a badge was changed by someone else meanwhile
 */
export const saveBadges =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, changes: readonly BadgeChange[], now: number): Promise<string[]> => {
    const since = new Date(now).toISOString();
    const freed = changes.flatMap(({ before, after }): BadgeRecord[] =>
      before && before.code !== after.code && isForeign(before.code) ? [before] : [],
    );
    const held = new Set(changes.map(({ before }) => before?.code));
    const claims = changes
      .filter(({ after }) => isForeign(after.code))
      .map(({ before, after }) => {
        const isNew = before?.code !== after.code;
        return { badge: after, isNew, actions: [claimCode(table, event, after, isNew ? since : undefined)] };
      });
    const heldByOthers = claims.filter(({ badge, isNew }) => isNew && held.has(badge.code));
    const taken = heldByOthers.length > 0 ? heldByOthers : await transactAll(documents, claims);
    if (taken.length > 0) {
      const claimed = heldByOthers.length > 0 ? [] : claims.filter(({ isNew }) => isNew);
      await forEachOf(claimed, ({ badge }) => unclaimCode(documents, table, event, badge, since));
      return taken.map(({ badge }) => badge.badgeId);
    }
    const freeing = await freeingCodes(documents, table, event, freed, since);
    const failed = await transactAll(
      documents,
      changes.map((change) => ({ actions: actionsOf(table, event, dated(change, now), freeing) })),
    );
    if (failed.length > 0) throw new StoreBusyError(`${failed.length} badges were changed meanwhile`);
    return [];
  };
