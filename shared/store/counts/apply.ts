import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Tally } from '../../domain/tally.ts';
import { additions, type Counter, counterFromItem, counterItemKey, fieldAttribute } from './item.ts';

/** What one batch adds to a counter. */
export interface CounterChange {
  readonly fields: Tally;
  readonly watermark: string;
  readonly peak: number;
  readonly peakAt: number | null;
  /** When it was counted, ms, UTC. */
  readonly at: number;
  readonly mark?: string;
}

export type Applied =
  | { readonly kind: 'applied'; readonly counter: Counter }
  | { readonly kind: 'moved'; readonly counter: Counter | undefined };

/**
 * Adds a change to the counter if its watermark is still `expected` ('' before the first record);
 * otherwise nothing is written and the present counter is answered, undefined if there is none.
 */
export const applyChange =
  (client: DynamoDBClient, table: string) =>
  async (
    event: string,
    sessionId: string,
    shard: number,
    expected: string,
    change: CounterChange,
  ): Promise<Applied> => {
    const { names, values, adds } = additions([
      ['v', 1],
      ...Object.entries(change.fields).map(([field, amount]) => [fieldAttribute(field), amount] as const),
    ]);
    const set = ['w = :w', 'peak = :peak', '#at = :at'];
    if (change.peakAt !== null) set.push('peakAt = :peakAt');
    if (change.mark !== undefined) set.push('mark = :mark');
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: counterItemKey({ event, sessionId, shard }),
          UpdateExpression: `SET ${set.join(', ')} ADD ${adds.join(', ')}`,
          ConditionExpression: expected === '' ? 'attribute_not_exists(w)' : 'w = :expected',
          ExpressionAttributeNames: { ...names, '#at': 'at' },
          ExpressionAttributeValues: {
            ...values,
            ':w': { S: change.watermark },
            ':peak': { N: String(change.peak) },
            ':at': { N: String(change.at) },
            ...(change.peakAt !== null && { ':peakAt': { N: String(change.peakAt) } }),
            ...(change.mark !== undefined && { ':mark': { S: change.mark } }),
            ...(expected !== '' && { ':expected': { S: expected } }),
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      if (!Attributes) throw new Error('UpdateItem answered no attributes');
      return { kind: 'applied', counter: counterFromItem(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: 'moved', counter: error.Item && counterFromItem(error.Item) };
    }
  };
