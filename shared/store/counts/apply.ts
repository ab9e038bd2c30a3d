import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LastScan } from '../../domain/last-scans.ts';
import { sum, type Tally } from '../../domain/tally.ts';
import { replaceDamaged, tryUpdate } from './damage.ts';
import {
  additions,
  amountAttributes,
  type Counter,
  counterFromItem,
  counterItemKey,
  fieldAttribute,
  nextVersion,
} from './item.ts';
import { lastScansText } from './last-scans.ts';
import { readCounter } from './read.ts';
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

const HEAD_NAMES = { '#w': 'w', '#v': 'v', '#at': 'at', '#last': 'last', '#trace': 'trace' };

const headOf = (seen: Counter | undefined, { watermark, trace, lastScans, at }: CounterChange) => ({
  w: { S: watermark },
  v: { N: String(nextVersion(seen, at)) },
  at: { N: String(at) },
  last: { S: lastScansText(lastScans) },
  ...(trace && { trace: { S: traceText(trace) } }),
});

const amountsOf = (fields: Tally) =>
  Object.entries(fields).map(([field, amount]) => [fieldAttribute(field), amount] as const);

/**
 * Adds a change to the counter if it is still the one that was seen (undefined before the first record);
 * otherwise nothing is written and the present counter is answered, undefined if there is none.
 */
export const applyChange = (client: DynamoDBClient, table: string) => {
  const read = readCounter(client, table);
  return async (
    event: string,
    sessionId: string,
    shard: number,
    seen: Counter | undefined,
    change: CounterChange,
  ): Promise<Applied> => {
    const key = { event, sessionId, shard };
    const head = headOf(seen, change);
    if (seen?.damage) {
      const amounts = amountAttributes(amountsOf(sum([seen.fields, change.fields])));
      const item = { ...counterItemKey(key), ...head, ...amounts };
      return (await replaceDamaged(client, table, seen.damage, item))
        ? { kind: 'applied', counter: counterFromItem(item) }
        : { kind: 'moved', counter: await read(key) };
    }
    const { names, values, adds } = additions(amountsOf(change.fields));
    const isCounted = seen !== undefined && seen.watermark !== '';
    const tried = await tryUpdate(
      client,
      {
        TableName: table,
        Key: counterItemKey(key),
        UpdateExpression: [
          `SET ${Object.keys(head)
            .map((name) => `#${name} = :${name}`)
            .join(', ')}`,
          ...(change.trace ? [] : ['REMOVE #trace']),
          ...(adds.length > 0 ? [`ADD ${adds.join(', ')}`] : []),
        ].join(' '),
        ConditionExpression: isCounted ? 'w = :seenW AND v = :seenV' : 'attribute_not_exists(w)',
        ExpressionAttributeNames: { ...names, ...HEAD_NAMES },
        ExpressionAttributeValues: {
          ...values,
          ...Object.fromEntries(Object.entries(head).map(([name, value]) => [`:${name}`, value])),
          ...(isCounted && { ':seenW': { S: seen.watermark }, ':seenV': { N: String(seen.version) } }),
        },
        ReturnValues: 'ALL_NEW',
      },
      (item) => counterFromItem(item).damage !== undefined,
    );
    const counter = tried.item && counterFromItem(tried.item);
    if (tried.kind === 'refused') return { kind: 'moved', counter };
    if (!counter) throw new Error('UpdateItem answered no attributes');
    return { kind: 'applied', counter };
  };
};
