import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { asSeen } from '../as-seen.ts';

type Item = Record<string, AttributeValue>;

/** What tells that an item, of which something cannot be read, is still the one that was read. */
export interface Damage {
  readonly w: AttributeValue | undefined;
  readonly v: AttributeValue | undefined;
}

const positionPattern = /^[^#]*#\d{40}$/;

/** Where in the stream an item has come to; undefined for what is no position. */
const positionOf = ({ w }: Item): string | undefined =>
  w?.S !== undefined && positionPattern.test(w.S) ? w.S : undefined;

const wholeOf = (value: AttributeValue | undefined): number | undefined => {
  const whole = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isSafeInteger(whole) ? whole : undefined;
};

/**
 * What of an item of counts can be read: its position, its amounts by attribute, those that are no amounts left out.
 * It must hold nobody up that an item is damaged: it counts for what can be read, the next write replaces it, and
 * verifying shows what is missing.
 */
export const readCounts = (item: Item, isAmount: (attribute: string) => boolean) => {
  const watermark = positionOf(item);
  const amounts: [string, number][] = [];
  let damaged = watermark === undefined;
  for (const [name, value] of Object.entries(item)) {
    if (!isAmount(name)) continue;
    const amount = wholeOf(value);
    if (amount === undefined) damaged = true;
    else amounts.push([name, amount]);
  }
  const damage: Damage = { w: item['w'], v: item['v'] };
  return { watermark: watermark ?? '', amounts, ...(damaged && { damage }) };
};

/** Writes an item whole in place of a damaged one. @returns false where that has changed meanwhile */
export const replaceDamaged = async (
  client: DynamoDBClient,
  table: string,
  { w, v }: Damage,
  item: Item,
): Promise<boolean> => {
  const { text, values } = asSeen({ w, v });
  return putIf(client, table, item, text, values);
};

/** @returns false where the condition did not hold */
export const putIf = async (
  client: DynamoDBClient,
  table: string,
  item: Item,
  condition: string,
  values: Item,
): Promise<boolean> => {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: condition,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** How a write ended: `refused` because the item is not as the write wants it. */
export type Tried =
  | { readonly kind: 'written'; readonly item: Item | undefined }
  | { readonly kind: 'refused'; readonly item: Item | undefined };

/**
 * Tries an update that answers the item where it is refused. Nothing can be added to what is no number: that is an
 * error of the engine's, and a refusal if the item is damaged.
 */
export const tryUpdate = async (
  client: DynamoDBClient,
  request: Update & { readonly ReturnValues?: 'ALL_NEW' },
  isDamaged: (item: Item) => boolean,
): Promise<Tried> => {
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({ ...request, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    return { kind: 'written', item: Attributes };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: 'refused', item: error.Item };
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    const { TableName, Key } = request;
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (!Item || !isDamaged(Item)) throw error;
    return { kind: 'refused', item: Item };
  }
};
