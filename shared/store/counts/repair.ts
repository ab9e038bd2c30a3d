import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Minutes, Tally } from '../../domain/tally.ts';
import { type Counter, type CounterKey, counterItemKey, fieldAttribute, nextVersion } from './item.ts';
import { lastScansText } from './last-scans.ts';
import { type Hour, hourItemKey, minuteAttributes } from './timeline.ts';
import { traceText } from './trace.ts';

const amounts = (values: Iterable<readonly [string, number]>): Record<string, AttributeValue> =>
  Object.fromEntries(
    [...values].filter(([, amount]) => amount !== 0).map(([name, amount]) => [name, { N: String(amount) }]),
  );

/**
 * Sets counters and hours of the timeline to what is stored, each only while it is still what was compared. They are
 * written whole: an expression would have to name every category and country.
 */
export const repairs = (client: DynamoDBClient, table: string) => {
  /** @returns whether it was written */
  const put = async (
    Item: Record<string, AttributeValue>,
    condition: string,
    values: Record<string, AttributeValue> | undefined,
  ): Promise<boolean> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    /** Its watermark stays: what the stream brings later is added to the mended values. */
    repair: (key: CounterKey, seen: Counter, fields: Tally, now: number): Promise<boolean> =>
      put(
        {
          ...counterItemKey(key),
          w: { S: seen.watermark },
          v: { N: String(nextVersion(seen, now)) },
          at: { N: String(now) },
          last: { S: lastScansText(seen.lastScans) },
          ...(seen.trace && { trace: { S: traceText(seen.trace) } }),
          ...amounts(Object.entries(fields).map(([field, amount]) => [fieldAttribute(field), amount])),
        },
        'w = :w AND v = :v',
        { ':w': { S: seen.watermark }, ':v': { N: String(seen.version) } },
      ),

    /** @param watermark what `minutes` are the fold of: nothing up to there is added again */
    repairHour: (
      key: CounterKey,
      hour: number,
      seen: Hour | undefined,
      minutes: Minutes,
      watermark: string,
    ): Promise<boolean> =>
      put(
        { ...hourItemKey(key, hour), w: { S: watermark }, ...amounts(minuteAttributes(minutes)) },
        seen ? 'w = :w' : 'attribute_not_exists(pk)',
        seen && { ':w': { S: seen.watermark } },
      ),
  };
};
