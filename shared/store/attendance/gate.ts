import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
} from '@aws-sdk/client-dynamodb';
import { foldAttendance } from '../../domain/attendance.ts';
import { recordFromImage } from './item.ts';
import { gateItemKey, type RecordKey } from './keys.ts';
import type { RecordReader } from './read.ts';
import type { Written } from './update.ts';

/** The exact number inside of a session with enforced capacity, changed with the record in one transaction. */
export interface Gate {
  /** Entries are written only below this; null writes in any case. */
  readonly limit: number | null;
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

/** The same gate, for changes that no limit may stop. */
export const unlimited = (gate: Gate | undefined): Gate | undefined => gate && { ...gate, limit: null };

/** Most attempts of a write that lost a race, with random waits between them. */
const MAX_TRANSACTION_ATTEMPTS = 12;
const RETRY_BASE_MS = 8;
const MAX_BACKOFF_DOUBLINGS = 6;

const backOff = (attempt: number): Promise<void> =>
  new Promise((done) =>
    setTimeout(done, Math.random() * RETRY_BASE_MS * 2 ** Math.min(attempt, MAX_BACKOFF_DOUBLINGS)),
  );

export const sessionGates = (client: DynamoDBClient, table: string, { get, records }: RecordReader) => {
  /** How many are inside; undefined where the session has no gate yet. */
  const gateInside = async (event: string, sessionId: string): Promise<number | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: gateItemKey(event, sessionId), ConsistentRead: true }),
    );
    return Item?.['inside']?.N === undefined ? undefined : Number(Item['inside'].N);
  };

  /** Begins to count a session that has just become enforced with whoever is inside already. */
  const open = async (event: string, sessionId: string, shards: number): Promise<void> => {
    let inside = 0;
    for (let shard = 0; shard < shards; shard += 1) {
      for await (const record of records(event, sessionId, shard)) {
        if (foldAttendance(record.scans, record.reentry).inside) inside += 1;
      }
    }
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...gateItemKey(event, sessionId), inside: { N: String(inside) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  const stepRequest = ({ event, sessionId }: RecordKey, step: number, { limit }: Gate): Update => {
    const limited = step > 0 && limit !== null;
    return {
      TableName: table,
      Key: gateItemKey(event, sessionId),
      UpdateExpression: 'ADD inside :step',
      ConditionExpression: limited ? 'inside < :limit' : 'attribute_exists(inside)',
      ExpressionAttributeValues: {
        ':step': { N: String(step) },
        ...(limited && { ':limit': { N: String(limit) } }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  };

  /** Record and gate in one transaction: `inside` of the gate never exceeds its limit (I5). */
  const update = async (key: RecordKey, request: Update, step: number, gate: Gate): Promise<Written> => {
    const TransactItems = [{ Update: request }, { Update: stepRequest(key, step, gate) }];
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems }));
        const record = await get(key);
        if (!record) throw new Error('a record that was just written is gone');
        return { kind: 'stored', record };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const [ofRecord, ofGate] = error.CancellationReasons ?? [];
        if (ofRecord?.Code === 'ConditionalCheckFailed') {
          return { kind: 'differs', record: ofRecord.Item && recordFromImage(ofRecord.Item) };
        }
        if (ofGate?.Code === 'ConditionalCheckFailed') {
          if (ofGate.Item?.['inside']) return { kind: 'full' };
          await open(key.event, key.sessionId, gate.shards);
          continue;
        }
        if (attempt >= MAX_TRANSACTION_ATTEMPTS) throw error;
        await backOff(attempt);
      }
    }
  };

  return { gateInside, update };
};
