import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Image } from './item-values.ts';
import { attendanceKey, MARK_SORT_KEY } from './keys.ts';

/** Asks, through the stream of its key, how far counting has come, and what it counts until then. */
export interface Mark {
  readonly id: string;
  /** ms since 1970. */
  readonly until: number;
}

/**
 * Leaves a mark in the stream of one key: once the counter names it, the counter has seen everything that was
 * written there before.
 */
export const countingMarks =
  (client: DynamoDBClient, table: string) =>
  async (event: string, sessionId: string, shard: number, { id, until }: Mark): Promise<void> => {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: attendanceKey(event, sessionId, shard) },
          sk: { S: MARK_SORT_KEY },
          mark: { S: id },
          until: { N: String(until) },
        },
      }),
    );
  };

export const markFromImage = ({ mark, until }: Image): Mark => ({
  id: mark?.S ?? '',
  until: Number(until?.N ?? 0),
});
