import { type DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import {
  type Counter,
  type CounterKey,
  counterFromItem,
  counterItemKey,
  fieldAttribute,
  numberOf,
} from './item.ts';

/** Items of a partition whose sort key begins so. */
export const countQuery = (client: DynamoDBClient, table: string) =>
  async function* (pk: string, prefix: string, consistent: boolean) {
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

const INSIDE = fieldAttribute('inside');

/** How many are inside, as counted: all that a door needs of counters. */
export const insideReader = (client: DynamoDBClient, table: string) => {
  const query = countQuery(client, table);
  return async (event: string, sessionId: string): Promise<number> => {
    let inside = 0;
    for await (const item of query(event, `${sessionId}#`, false)) inside += numberOf(item[INSIDE]);
    return inside;
  };
};

/** One counter as it is now. */
export const readCounter =
  (client: DynamoDBClient, table: string) =>
  async (key: CounterKey): Promise<Counter | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: counterItemKey(key), ConsistentRead: true }),
    );
    return Item && counterFromItem(Item);
  };

/** Counters for those who only read them. */
export const counterReader = (client: DynamoDBClient, table: string) => {
  const query = countQuery(client, table);
  const read = readCounter(client, table);

  return {
    get: (event: string, sessionId: string, shard: number): Promise<Counter | undefined> =>
      read({ event, sessionId, shard }),

    /** Counters of one session, or of a whole event. */
    list: async (event: string, sessionId?: string, consistent = false): Promise<Counter[]> => {
      const counters: Counter[] = [];
      for await (const item of query(event, sessionId === undefined ? '' : `${sessionId}#`, consistent)) {
        counters.push(counterFromItem(item));
      }
      return counters;
    },
  };
};
