import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { LastScan } from '../../domain/last-scans.ts';
import type { Tally } from '../../domain/tally.ts';
import {
  additions,
  type Counter,
  counterFromItem,
  counterItemKey,
  fieldAttribute,
  nextVersion,
} from './item.ts';
import { lastScansText } from './last-scans.ts';
import { type Trace, traceText } from './trace.ts';

/** What one batch adds to a counter. */
export interface CounterChange {
  readonly fields: Tally;
  readonly watermark: string;
  /** As it is after the change. */
  readonly trace: Trace | null;
  readonly lastScans: readonly LastScan[];
  /** When it was counted, ms, UTC. */
  readonly at: number;
}

export type Applied =
  | { readonly kind: 'applied'; readonly counter: Counter }
  | { readonly kind: 'moved'; readonly counter: Counter | undefined };

/**
 * Adds a change to the counter if it is still the one that was seen (undefined before the first record);
 * otherwise nothing is written and the present counter is answered, undefined if there is none.
 */
export const applyChange =
  (client: DynamoDBClient, table: string) =>
  async (
    event: string,
    sessionId: string,
    shard: number,
    seen: Counter | undefined,
    change: CounterChange,
  ): Promise<Applied> => {
    const { names, values, adds } = additions(
      Object.entries(change.fields).map(([field, amount]) => [fieldAttribute(field), amount] as const),
    );
    // An item that something else has made has neither: it is taken over as it is.
    const isCounted = seen !== undefined && seen.watermark !== '';
    const set = [
      'w = :w',
      'v = :v',
      '#at = :at',
      '#last = :last',
      ...(change.trace ? ['#trace = :trace'] : []),
    ];
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: counterItemKey({ event, sessionId, shard }),
          UpdateExpression: [
            `SET ${set.join(', ')}`,
            ...(change.trace ? [] : ['REMOVE #trace']),
            ...(adds.length > 0 ? [`ADD ${adds.join(', ')}`] : []),
          ].join(' '),
          ConditionExpression: isCounted ? 'w = :seenW AND v = :seenV' : 'attribute_not_exists(w)',
          ExpressionAttributeNames: { ...names, '#at': 'at', '#trace': 'trace', '#last': 'last' },
          ExpressionAttributeValues: {
            ...values,
            ':w': { S: change.watermark },
            ':v': { N: String(nextVersion(seen, change.at)) },
            ':at': { N: String(change.at) },
            ':last': { S: lastScansText(change.lastScans) },
            ...(change.trace && { ':trace': { S: traceText(change.trace) } }),
            ...(isCounted && { ':seenW': { S: seen.watermark }, ':seenV': { N: String(seen.version) } }),
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
