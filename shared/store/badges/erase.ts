import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { readAll } from '../batches.ts';
import { deleteAll, itemKey } from '../partitions.ts';
import { queryPages } from '../query-pages.ts';
import { badgeKey, badgeListPartition, codeKey, placesKey, standingPartition } from '../registry-keys.ts';
import { codeHash, isForeign } from './code-hash.ts';
import { nameKeys } from './names.ts';

/** As much of a badge, or of one that was deleted, as leads to everything else that is kept of it. */
const traces = z.object({
  pk: z.string(),
  name: z._default(z.nullable(z.string()), null),
  code: z.optional(z.string()),
  formerCodes: z._default(z.set(z.string()), new Set()),
});

const listEntry = z.extend(itemKey, { badgeId: z.string() });

/** A page of badges at a time: their names, codes and places go with them. */
const PAGE = 250;

/**
 * Erases every badge of an event, also those that were deleted before. What lists a badge goes after all that it leads
 * to, so that whoever goes on after a crash finds it again.
 * @param assertTime throws when it is time to stop
 */
export const eraseBadges =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, assertTime: () => void): Promise<void> => {
    for (const pk of [badgeListPartition(event), standingPartition(event)]) {
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        Limit: PAGE,
      })) {
        assertTime();
        const entries = items.map((item) => listEntry.parse(item));
        const badges = new Map(entries.map(({ badgeId }) => [badgeKey(event, badgeId).pk, badgeId]));
        const keys = [...badges.values()].map((badgeId) => badgeKey(event, badgeId));
        const found = (await readAll(documents, table, keys)).map((item) => traces.parse(item));
        const leadsTo = found.flatMap(({ pk: of, name, code, formerCodes }) => [
          ...nameKeys(event, { badgeId: badges.get(of) ?? '', name }),
          ...[...formerCodes].map((hash) => codeKey(event, hash)),
          ...(code !== undefined && isForeign(code) ? [codeKey(event, codeHash(code))] : []),
        ]);
        await deleteAll(documents, table, leadsTo);
        await deleteAll(documents, table, [
          ...keys,
          ...[...badges.values()].map((badgeId) => placesKey(event, badgeId)),
        ]);
        await deleteAll(documents, table, entries);
      }
    }
  };
