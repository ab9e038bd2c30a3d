import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { readItems } from '../batches.ts';
import { recordFromImage } from './item.ts';
import { type RecordKey, recordItemKey } from './keys.ts';

export type AttendanceRecords = <Key extends RecordKey>(
  keys: readonly Key[],
) => Promise<{ key: Key; record: AttendanceRecord }[]>;

const nameOf = (pk: AttributeValue | undefined, sk: AttributeValue | undefined): string =>
  `${pk?.S} ${sk?.S}`;

/** The records that exist under these keys, in the order of the keys, read consistently. */
export const attendanceRecords =
  (client: DynamoDBClient, table: string): AttendanceRecords =>
  async (keys) => {
    const items = await readItems(client, table, keys.map(recordItemKey));
    const found = new Map(items.map((item) => [nameOf(item['pk'], item['sk']), recordFromImage(item)]));
    return keys.flatMap((key) => {
      const { pk, sk } = recordItemKey(key);
      const record = found.get(nameOf(pk, sk));
      return record ? [{ key, record }] : [];
    });
  };
