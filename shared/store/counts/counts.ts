import { type DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Minutes } from '../../domain/tally.ts';
import { applyChange } from './apply.ts';
import { type Counter, counterFromItem, counterItemKey } from './item.ts';
import { repairCounter } from './repair.ts';
import { applyHour, HOUR_PREFIX, timelineOfItems, timelinePartition } from './timeline.ts';

/** The only code that reads and writes counters and timelines. */
export const countStore = (client: DynamoDBClient, table: string) => {
  const query = async function* (pk: string, prefix: string, consistent: boolean) {
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: consistent,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix && { ':prefix': { S: prefix } }) },
      },
    );
    for await (const { Items = [] } of pages) yield* Items;
  };

  return {
    get: async (event: string, sessionId: string, shard: number): Promise<Counter | undefined> => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: counterItemKey({ event, sessionId, shard }),
          ConsistentRead: true,
        }),
      );
      return Item && counterFromItem(Item);
    },

    /** Counters of one session, or of a whole event. */
    list: async (event: string, sessionId?: string, consistent = false): Promise<Counter[]> => {
      const counters: Counter[] = [];
      for await (const item of query(event, sessionId === undefined ? '' : `${sessionId}#`, consistent)) {
        counters.push(counterFromItem(item));
      }
      return counters;
    },

    apply: applyChange(client, table),
    repair: repairCounter(client, table),
    applyHour: applyHour(client, table),

    /** Minutes of a session with something in them, by minute since 1970, summed over shards. */
    timeline: (event: string, sessionId: string): Promise<Minutes> =>
      timelineOfItems(query(timelinePartition(event, sessionId), HOUR_PREFIX, false)),
  };
};

export type CountStore = ReturnType<typeof countStore>;
