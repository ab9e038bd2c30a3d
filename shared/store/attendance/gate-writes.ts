import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionConflictException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { asSeen } from '../as-seen.ts';
import type { StoredGate } from './gate.ts';
import { gateItemKey } from './keys.ts';
import { patience } from './transact.ts';

/** What a programme says of a session; `revision` of the programme tells which of two is newer. */
export interface GateSetting {
  readonly event: string;
  readonly sessionId: string;
  readonly shards: number;
  /** Null: capacity is not enforced. */
  readonly limit: number | null;
  readonly revision: number;
}

const number = (value: number): AttributeValue => ({ N: String(value) });

/** The condition that a gate is still the one that was read. */
const asRead = ({ epoch, revision, damage }: StoredGate) => {
  const { text, values } = asSeen(damage ?? { epoch: number(epoch), revision: number(revision) });
  return { text: `attribute_exists(pk) AND ${text}`, values };
};

/** Writes of a gate itself, each on the condition that it is still the one that was read. */
export const gateWrites = (client: DynamoDBClient, table: string, now: () => number) => {
  const write = async (
    { event, sessionId }: Pick<GateSetting, 'event' | 'sessionId'>,
    expression: string,
    condition: string,
    values: Record<string, AttributeValue>,
  ): Promise<boolean> => {
    const request = new UpdateItemCommand({
      TableName: table,
      Key: gateItemKey(event, sessionId),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ...(expression.includes('#limit') && { ExpressionAttributeNames: { '#limit': 'limit' } }),
      ExpressionAttributeValues: values,
    });
    const pause = patience();
    for (;;) {
      try {
        await client.send(request);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        // People go through the gate at this moment.
        if (!(error instanceof TransactionConflictException)) throw error;
        await pause();
      }
    }
  };

  /** A new epoch: nobody holds a place in it yet. One later than any that a damaged gate can have had is a time. */
  const begin = (setting: GateSetting & { readonly limit: number }, known: StoredGate | undefined) => {
    const seen = known && asRead(known);
    const next = (known?.epoch ?? 0) + 1;
    return write(
      setting,
      `SET epoch = :next, #limit = :limit, inside = :none, revision = :revision, opened = :revision, since = :now${known?.damage ? ', n = :none' : ''} REMOVE counted, settled`,
      seen?.text ?? 'attribute_not_exists(pk)',
      {
        ':next': number(known?.damage ? Math.max(next, now()) : next),
        ':limit': number(setting.limit),
        ':none': number(0),
        ':revision': number(setting.revision),
        ':now': number(now()),
        ...seen?.values,
      },
    );
  };

  const change = (setting: GateSetting, known: StoredGate): Promise<boolean> => {
    const values = { ':revision': number(setting.revision), ':seen': number(known.revision) };
    if (setting.limit === null) {
      return write(setting, 'SET revision = :revision REMOVE #limit', 'revision = :seen', values);
    }
    if (known.limit === null) return begin({ ...setting, limit: setting.limit }, known);
    return write(setting, 'SET #limit = :limit, revision = :revision', 'revision = :seen', {
      ...values,
      ':limit': number(setting.limit),
    });
  };

  return {
    begin,
    change,
    /** Everyone who was inside when the epoch began holds a place. */
    counted: (setting: GateSetting, epoch: number, isKnownEverywhere: boolean): Promise<boolean> =>
      write(setting, `SET counted = :yes${isKnownEverywhere ? ', settled = :yes' : ''}`, 'epoch = :epoch', {
        ':yes': { BOOL: true },
        ':epoch': number(epoch),
      }),
  };
};
