import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { readAll } from '../batches.ts';
import { readable } from '../readable.ts';
import { badgeKey } from '../registry-keys.ts';

/** A badge that was deleted leaves its number behind. */
export const isBadge = (item: Record<string, unknown>): boolean => 'code' in item;
const named = z.object({ badgeId: z.string(), name: z.nullable(z.string()) });

/** Names of those of the badges that exist, by badgeId. */
export const namesOfBadges =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, badgeIds: readonly string[]): Promise<Map<string, string | null>> => {
    const keys = badgeIds.map((badgeId) => badgeKey(event, badgeId));
    const items = await readAll(documents, table, keys);
    return new Map(
      readable(items.filter(isBadge), (item) => named.parse(item)).map(({ badgeId, name }) => [
        badgeId,
        name,
      ]),
    );
  };
