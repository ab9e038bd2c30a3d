import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { BatchIncompleteError } from '../batches.ts';
import { recordFromImage } from './item.ts';
import { attendanceKey, badgeSortKey, type RecordKey } from './keys.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
const MAX_TRIES = 10;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;

export type AttendanceRecords = <Key extends RecordKey>(
  keys: readonly Key[],
) => Promise<{ key: Key; record: AttendanceRecord }[]>;

/**
 * The records that exist under these keys, in the order of the keys, read consistently: one read unit a key, up
 * to 4 KB.
 */
export const attendanceRecords =
  (client: DynamoDBClient, table: string): AttendanceRecords =>
  async (keys) => {
    const name = ({ event, sessionId, shard, badgeId }: RecordKey) =>
      `${attendanceKey(event, sessionId, shard)} ${badgeSortKey(badgeId)}`;
    const found = new Map<string, AttendanceRecord>();
    for (let start = 0; start < keys.length; start += MAX_KEYS) {
      let left: Record<string, AttributeValue>[] = keys.slice(start, start + MAX_KEYS).map((key) => ({
        pk: { S: attendanceKey(key.event, key.sessionId, key.shard) },
        sk: { S: badgeSortKey(key.badgeId) },
      }));
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === MAX_TRIES) throw new BatchIncompleteError(`${left.length} reads were not answered`);
        if (attempt > 0)
          await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[table] ?? []) {
          found.set(`${item['pk']?.S} ${item['sk']?.S}`, recordFromImage(item));
        }
        left = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return keys.flatMap((key) => {
      const record = found.get(name(key));
      return record ? [{ key, record }] : [];
    });
  };
