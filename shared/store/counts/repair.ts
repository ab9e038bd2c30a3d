import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Tally } from '../../domain/tally.ts';
import { type Counter, counterItemKey, fieldAttribute } from './item.ts';

/**
 * Sets the counter to what is stored, if it is still the one that was compared; its watermark stays.
 * @returns whether it was written
 */
export const repairCounter =
  (client: DynamoDBClient, table: string) =>
  async (
    event: string,
    sessionId: string,
    shard: number,
    seen: Counter | undefined,
    fields: Tally,
  ): Promise<boolean> => {
    const wrong = Object.keys(seen?.fields ?? {}).filter((field) => !(field in fields));
    const names: Record<string, string> = { '#v': 'v' };
    const values: Record<string, AttributeValue> = { ':one': { N: '1' } };
    const set = Object.entries(fields).map(([field, amount], index) => {
      names[`#${index}`] = fieldAttribute(field);
      values[`:${index}`] = { N: String(amount) };
      return `#${index} = :${index}`;
    });
    const remove = wrong.map((field, index) => {
      names[`#r${index}`] = fieldAttribute(field);
      return `#r${index}`;
    });
    if (seen) {
      values[':v'] = { N: String(seen.version) };
      values[':w'] = { S: seen.watermark };
    }
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: counterItemKey({ event, sessionId, shard }),
          UpdateExpression: [
            ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
            ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
            'ADD #v :one',
          ].join(' '),
          ConditionExpression: seen ? '#v = :v AND w = :w' : 'attribute_not_exists(#v)',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
