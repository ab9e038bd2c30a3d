import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Action } from '../batches.ts';
import { listPage, type Page, type PageRequest } from '../list-page.ts';
import { queryPages } from '../query-pages.ts';
import { badgeListPartition } from '../registry-keys.ts';
import { codeHash, isForeign } from './code-hash.ts';
import type { BadgeRecord } from './record.ts';

const listed = z.object({
  badgeId: z.string(),
  category: z.string(),
  country: z.nullable(z.string()),
  /** Of a code of another system: SHA-256, base64url. */
  codeHash: z.optional(z.string()),
});
/** A badge in the list of an event's badges; nothing of it says who somebody is by name. */
export type ListedBadge = z.infer<typeof listed>;

export const listingBadge = (
  table: string,
  event: string,
  { badgeId, category, country, code }: BadgeRecord,
): Action => ({
  Put: {
    TableName: table,
    Item: {
      pk: badgeListPartition(event),
      sk: badgeId,
      badgeId,
      category,
      country,
      ...(isForeign(code) && { codeHash: codeHash(code) }),
    },
  },
});

/** How many badges of an event are of a category: reads its list, so it is for what happens rarely. */
export const countBadgesOf =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, category: string): Promise<number> => {
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'category = :category',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: { ':pk': badgeListPartition(event), ':category': category },
    };
    let count = 0;
    for await (const items of queryPages(documents, query)) count += items.length;
    return count;
  };

/** Every badge of an event, by id, page by page. */
export const listBadges =
  (documents: DynamoDBDocumentClient, table: string) =>
  (event: string, request: PageRequest<ListedBadge>): Promise<Page<ListedBadge>> =>
    listPage(
      documents,
      { table, pk: badgeListPartition(event), prefix: '', parse: (item) => listed.parse(item) },
      request,
    );
