import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attendanceKey, MARK_SORT_KEY } from './keys.ts';

/**
 * Leaves a mark in the stream of one key: once the counter names it, the counter has seen everything that was
 * written there before.
 */
export const countingMarks =
  (client: DynamoDBClient, table: string) =>
  async (event: string, sessionId: string, shard: number, mark: string): Promise<void> => {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: attendanceKey(event, sessionId, shard) },
          sk: { S: MARK_SORT_KEY },
          mark: { S: mark },
        },
      }),
    );
  };
