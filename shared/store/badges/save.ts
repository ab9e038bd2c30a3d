import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { forEachOf, transactAll } from '../batches.ts';
import { claimCode, freeCode } from './codes.ts';
import { renaming } from './names.ts';
import { type BadgeChange, type BadgeRecord, isForeign, putBadge } from './record.ts';

/** Codes of other systems that badges give up by these changes. */
const freedBy = (changes: readonly BadgeChange[]): BadgeRecord[] =>
  changes.flatMap(({ before, after }) =>
    before && before.code !== after.code && isForeign(before.code) ? [before] : [],
  );

/**
 * Stores badges, each with its names. Codes come first, each for one badge alone; what is left half done
 * by a crash is harmless, and doing it again mends it.
 * @returns the badges whose code belongs to another badge; if there are any, nothing is stored
 */
export const saveBadges =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, changes: readonly BadgeChange[]): Promise<string[]> => {
    const freed = freedBy(changes);
    const stillHeld = new Set(freed.map(({ code }) => code));
    const claims = changes
      .filter(({ after }) => isForeign(after.code))
      .map(({ before, after }) => ({
        badge: after,
        isNew: before?.code !== after.code,
        actions: [claimCode(table, event, after)],
      }));
    const swapped = claims.filter(({ badge, isNew }) => isNew && stillHeld.has(badge.code));
    const taken = swapped.length > 0 ? swapped : await transactAll(documents, claims);
    if (taken.length > 0) {
      const claimed = swapped.length > 0 ? [] : claims.filter(({ isNew }) => isNew);
      await forEachOf(claimed, ({ badge }) => freeCode(documents, table, event, badge));
      return taken.map(({ badge }) => badge.badgeId);
    }
    await transactAll(
      documents,
      changes.map((change) => ({
        actions: [putBadge(table, event, change.after), ...renaming(table, event, change)],
      })),
    );
    await forEachOf(freed, (badge) => freeCode(documents, table, event, badge));
    return [];
  };
