import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { readItems } from '../batches.ts';
import { wholeRecords } from './archive.ts';
import { readableRecord } from './item.ts';
import { type RecordKey, recordItemKey } from './keys.ts';

export type AttendanceRecords = <Key extends RecordKey>(
  keys: readonly Key[],
) => Promise<{ key: Key; record: AttendanceRecord }[]>;

const nameOf = (pk: AttributeValue | undefined, sk: AttributeValue | undefined): string =>
  `${pk?.S} ${sk?.S}`;

/** The records that exist under these keys and can be read, with all their scans, in the order of the keys, read consistently. */
export const attendanceRecords = (client: DynamoDBClient, table: string): AttendanceRecords => {
  const whole = wholeRecords(client, table);
  return async (keys) => {
    const items = await readItems(client, table, keys.map(recordItemKey));
    const found = new Map<string, AttendanceRecord>();
    for (const item of items) {
      const record = readableRecord(item);
      if (record) found.set(nameOf(item['pk'], item['sk']), record);
    }
    const records = await Promise.all(
      keys.map(async (key) => {
        const { pk, sk } = recordItemKey(key);
        const record = found.get(nameOf(pk, sk));
        return record ? [{ key, record: await whole(key, record) }] : [];
      }),
    );
    return records.flat();
  };
};
