import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  type Update,
} from '@aws-sdk/client-dynamodb';
import type { GateState } from '../../domain/gate.ts';
import { gateItemKey } from './keys.ts';

/** What a session's admission says of its gate. */
export interface Gate {
  readonly limit: number;
  /** Over how many keys the session's records are spread. */
  readonly shards: number;
}

/** The gate of a session, undefined where its capacity is not enforced. */
export const gateOf = ({
  shards,
  admission: { capacity, capacityMode },
}: {
  readonly shards: number;
  readonly admission: { readonly capacity: number | null; readonly capacityMode: 'advisory' | 'enforced' };
}): Gate | undefined =>
  capacityMode === 'enforced' && capacity !== null ? { limit: capacity, shards } : undefined;

/**
 * The gate as stored: `epoch`, `limit` (absent while capacity is not enforced), `inside`, `revision` of the programme
 * that set the limit, `opened` that of the one that began the epoch, `n` changes of `inside` ever, `since` when the epoch began (ms), `counted` once everyone who was
 * inside then holds a place, `settled` once no door can be left that did not know of the gate.
 */
export interface StoredGate extends GateState {
  readonly revision: number;
  readonly opened: number;
  readonly changes: number;
  readonly since: number;
  readonly counted: boolean;
  readonly settled: boolean;
  /** Something of it cannot be read, so that it enforces nothing: what tells that it is still the one that was read. */
  readonly damage?: GateDamage;
}
export type GateDamage = Readonly<Record<'epoch' | 'revision', AttributeValue | undefined>>;

const gateFromItem = (item: Record<string, AttributeValue>): StoredGate => {
  let damaged = false;
  const number = (name: string): number => {
    const value = item[name]?.N === undefined ? Number.NaN : Number(item[name].N);
    if (Number.isSafeInteger(value)) return value;
    damaged = true;
    return 0;
  };
  const optional = (name: string): number => (item[name] ? number(name) : 0);
  const gate = {
    epoch: number('epoch'),
    limit: item['limit'] ? number('limit') : null,
    inside: number('inside'),
    revision: number('revision'),
    opened: optional('opened'),
    changes: optional('n'),
    since: optional('since'),
    counted: item['counted']?.BOOL === true,
    settled: item['settled']?.BOOL === true,
  };
  if (!damaged) return gate;
  return { ...gate, limit: null, revision: 0, damage: { epoch: item['epoch'], revision: item['revision'] } };
};

export const gateReader =
  (client: DynamoDBClient, table: string) =>
  async (event: string, sessionId: string): Promise<StoredGate | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: gateItemKey(event, sessionId), ConsistentRead: true }),
    );
    return Item && gateFromItem(Item);
  };
export type ReadGate = ReturnType<typeof gateReader>;

/**
 * The gate's part of a transaction.
 * @param most it holds only while no more than this are inside
 */
export const stepRequest = (
  table: string,
  { event, sessionId }: { readonly event: string; readonly sessionId: string },
  { epoch, limit }: GateState,
  { step, changes, most }: { readonly step: number; readonly changes: number; readonly most: number },
): Update => {
  const limited = Number.isFinite(most);
  return {
    TableName: table,
    Key: gateItemKey(event, sessionId),
    UpdateExpression: 'ADD inside :step, n :changes',
    ConditionExpression: `epoch = :epoch${limited ? ' AND #limit >= :limit AND inside <= :most' : ''}`,
    ...(limited && { ExpressionAttributeNames: { '#limit': 'limit' } }),
    ExpressionAttributeValues: {
      ':step': { N: String(step) },
      ':changes': { N: String(changes) },
      ':epoch': { N: String(epoch) },
      ...(limited && { ':limit': { N: String(limit) }, ':most': { N: String(most) } }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};
