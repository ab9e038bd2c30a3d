import type { DynamoDBDocumentClient, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { queryPages } from './query-pages.ts';
import { readable } from './readable.ts';

/** Lambda answers at most 6 MB; a page of long texts ends before. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAGE_BYTES = 3_000_000;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** After what the next page begins, when there is more. */
  readonly next?: string;
}

export interface PageRequest<Item> {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly keep?: (item: Item) => boolean;
}

/** Items of one partition whose sort keys begin alike, in the order of the keys; an empty prefix is all of them. */
export interface List<Item> {
  readonly table: string;
  readonly pk: string;
  readonly prefix: string;
  readonly newestFirst?: boolean;
  /** Throws of an item that is none; it is left out. */
  readonly parse: (item: unknown) => Item;
}

const sortKey = z.string();

/**
 * One page of a list. Where it goes on is a sort key alone, so that it opens no other partition.
 */
export const listPage = async <Item>(
  documents: DynamoDBDocumentClient,
  { table, pk, prefix, newestFirst = false, parse }: List<Item>,
  { limit, after, keep = () => true }: PageRequest<Item>,
): Promise<Page<Item>> => {
  const query: QueryCommandInput = {
    TableName: table,
    KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix !== '' && { ':prefix': prefix }) },
    ScanIndexForward: !newestFirst,
    // One more than is wanted tells whether there is more.
    Limit: limit + 1,
    ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
  };
  const items: Item[] = [];
  let bytes = 0;
  let last: string | undefined;
  for await (const page of queryPages(documents, query)) {
    for (const { item, sk } of readable(page, (stored) => ({
      item: parse(stored),
      sk: sortKey.parse(stored['sk']),
    }))) {
      if (!keep(item)) continue;
      if (last !== undefined && (items.length === limit || bytes > MAX_PAGE_BYTES)) {
        return { items, next: last };
      }
      items.push(item);
      bytes += Buffer.byteLength(JSON.stringify(item));
      last = sk;
    }
  }
  return { items };
};
