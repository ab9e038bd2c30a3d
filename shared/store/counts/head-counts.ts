import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { HeadCount } from '../../domain/head-count.ts';
import { numberOf } from './item.ts';

/** The last one of each session of an event, by session. */
export const lastHeadsPartition = (event: string): string => `${event}#?heads`;
/** All of a session, by their time. */
export const allHeadsPartition = (event: string, sessionId: string): string => `${event}#${sessionId}#?heads`;

const MS_DIGITS = 13;

const toItem = ({ count, at, by, inside }: HeadCount) => ({
  count: { N: String(count) },
  at: { N: String(at) },
  by: { S: by },
  inside: { N: String(inside) },
});

const fromItem = (item: Record<string, { N?: string | undefined; S?: string | undefined }>): HeadCount => ({
  count: numberOf(item['count']),
  at: numberOf(item['at']),
  by: item['by']?.S ?? '',
  inside: numberOf(item['inside']),
});

/** Counts by hand. They are kept beside the counters; no counting of scans ever sees them. */
export const headCounts = (client: DynamoDBClient, table: string) => {
  const query = async (pk: string, limit?: number) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
        ScanIndexForward: false,
        ...(limit !== undefined && { Limit: limit }),
      }),
    );
    return Items;
  };

  return {
    add: async (event: string, sessionId: string, headCount: HeadCount): Promise<void> => {
      const sk = `${String(headCount.at).padStart(MS_DIGITS, '0')}#${headCount.by}`;
      const put = (pk: string, sort: string) =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: { pk: { S: pk }, sk: { S: sort }, ...toItem(headCount) },
          }),
        );
      await put(allHeadsPartition(event, sessionId), sk);
      await put(lastHeadsPartition(event), sessionId);
    },

    /** The last one of each session; an event has at most some hundred sessions, so it is one page. */
    last: async (event: string): Promise<ReadonlyMap<string, HeadCount>> =>
      new Map((await query(lastHeadsPartition(event))).map((item) => [item['sk']?.S ?? '', fromItem(item)])),

    /** Newest first. */
    of: async (event: string, sessionId: string, limit: number): Promise<HeadCount[]> =>
      (await query(allHeadsPartition(event, sessionId), limit)).map(fromItem),
  };
};
export type HeadCounts = ReturnType<typeof headCounts>;
