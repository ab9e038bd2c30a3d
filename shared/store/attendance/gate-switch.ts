import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionConflictException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { GateState } from '../../domain/gate.ts';
import { StoreBusyError } from '../errors.ts';
import type { ReadGate, StoredGate } from './gate.ts';
import { countIntoGate } from './gate-count.ts';
import { gateItemKey } from './keys.ts';
import type { RecordReader } from './read.ts';
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

/** Doors know of a change by then, ms: they remember a programme for 30 s, and a little more when it can't be read. */
export const KNOWN_EVERYWHERE_MS = 120_000;
const MAX_TRIES = 10;
const MAX_REMEMBERED = 10_000;

/** Opens, closes and sets gates as programmes say, and counts into a new epoch whoever is inside. */
export const gateSwitch = (
  client: DynamoDBClient,
  table: string,
  {
    records,
    readGate,
    now = Date.now,
  }: Pick<RecordReader, 'records'> & { readGate: ReadGate; now?: () => number },
) => {
  /** Epochs in which this process has looked for people whom it let in before it knew of the gate. */
  const looked = new Set<string>();
  const counting = new Map<string, Promise<void>>();

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

  const number = (value: number): AttributeValue => ({ N: String(value) });

  /** A new epoch: nobody holds a place in it yet. */
  const begin = (setting: GateSetting & { readonly limit: number }, known: StoredGate | undefined) =>
    write(
      setting,
      'SET epoch = :next, #limit = :limit, inside = :none, revision = :revision, opened = :revision, since = :now REMOVE counted, settled',
      known ? 'epoch = :epoch AND revision = :seen' : 'attribute_not_exists(pk)',
      {
        ':next': number((known?.epoch ?? 0) + 1),
        ':limit': number(setting.limit),
        ':none': number(0),
        ':revision': number(setting.revision),
        ':now': number(now()),
        ...(known && { ':epoch': number(known.epoch), ':seen': number(known.revision) }),
      },
    );

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

  /** Follows the programme, unless the gate follows a newer one. */
  const follow = async (setting: GateSetting): Promise<StoredGate | undefined> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const known = await readGate(setting.event, setting.sessionId);
      if (
        known ? known.limit === setting.limit || known.revision >= setting.revision : setting.limit === null
      ) {
        return known;
      }
      if (known) await change(setting, known);
      else if (setting.limit !== null) await begin({ ...setting, limit: setting.limit }, known);
    }
    throw new StoreBusyError('The capacity of a session is changed too often');
  };

  const count = async (setting: GateSetting, { epoch, since }: StoredGate): Promise<void> => {
    const isKnownEverywhere = now() - since > KNOWN_EVERYWHERE_MS;
    await countIntoGate(client, table, { records, readGate }, setting, epoch);
    await write(
      setting,
      `SET counted = :yes${isKnownEverywhere ? ', settled = :yes' : ''}`,
      'epoch = :epoch',
      { ':yes': { BOOL: true }, ':epoch': number(epoch) },
    );
  };

  /** The gate as it is to be used now: following the programme, and with everyone counted who was inside before. */
  const current = async (setting: GateSetting): Promise<StoredGate | undefined> => {
    const known = await follow(setting);
    if (!known || known.limit === null) return known;
    const name = `${setting.event}#${setting.sessionId}#${known.epoch}`;
    // Until it knows of the gate this process lets people in beside it: having looked before then says nothing.
    const isAware = setting.limit !== null && setting.revision >= known.opened;
    if (known.counted && (known.settled || !isAware || looked.has(name))) return known;
    const underWay = counting.get(name) ?? count(setting, known).finally(() => counting.delete(name));
    counting.set(name, underWay);
    await underWay;
    if (looked.size >= MAX_REMEMBERED) looked.clear();
    if (isAware) looked.add(name);
    return readGate(setting.event, setting.sessionId);
  };

  return {
    current,
    /** Begins a new epoch and counts into it: mends a gate that is wrong, whatever goes on at the doors. */
    rebuild: async (setting: GateSetting, wrong: GateState): Promise<boolean> => {
      const known = await readGate(setting.event, setting.sessionId);
      if (!known || known.limit === null || known.epoch !== wrong.epoch) return false;
      const begun = await begin({ ...setting, limit: known.limit, revision: known.revision }, known);
      if (begun) await current({ ...setting, limit: known.limit, revision: known.revision });
      return begun;
    },
  };
};
export type GateSwitch = ReturnType<typeof gateSwitch>;
