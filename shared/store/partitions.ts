import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type Key, writeAll } from './batches.ts';
import { queryPages } from './query-pages.ts';

/** The time that an erasure has is over; asking again goes on where it stopped. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

export const itemKey = z.object({ pk: z.string(), sk: z.string() });

/** Deletes items, each once however often it is named. */
export const deleteAll = async (
  documents: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<void> => {
  const distinct = new Map(keys.map(({ pk, sk }) => [JSON.stringify([pk, sk]), { pk, sk }]));
  const requests = [...distinct.values()].map((Key) => ({ DeleteRequest: { Key } }));
  await writeAll(documents, table, requests);
};

/**
 * Deletes everything under a partition key, page by page.
 * @param assertTime throws when it is time to stop
 * @returns how many items there were
 */
export const erasePartition = async (
  documents: DynamoDBDocumentClient,
  table: string,
  pk: string,
  assertTime: () => void,
): Promise<number> => {
  let erased = 0;
  for await (const items of queryPages(documents, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ProjectionExpression: 'pk, sk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  })) {
    assertTime();
    const keys = items.map((item) => itemKey.parse(item));
    await deleteAll(documents, table, keys);
    erased += keys.length;
  }
  return erased;
};
