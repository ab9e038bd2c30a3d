import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type Update,
} from '@aws-sdk/client-dynamodb';
import { isBeforeArchive, newerAside, type Shift, takeBack } from '../../domain/archive.ts';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { StoreBusyError } from '../errors.ts';
import { asRead } from './as-read.ts';
import {
  archiveToValue,
  loneItem,
  readableRecord,
  recordFromImage,
  scanAttribute,
  scanToValue,
} from './item.ts';
import { asideSortKey, type ItemKey, loneKey, type RecordKey, recordItemKey } from './keys.ts';
import { RecordTooLargeError, updateRecord } from './update.ts';

/** Scans that are taken back at most: a record with them stays below DynamoDB's 400 KB. */
const MOST_BACK = 1_000;
const MAX_TRIES = 20;

const asideKey = (key: RecordKey, scanId: string): ItemKey => loneKey(key, asideSortKey(key.badgeId, scanId));

/** What can't be read counts for nothing, as in a record; verifying shows what is missing then. */
const scanIn = (item: Record<string, AttributeValue> | undefined): readonly RecordedScan[] =>
  (item && readableRecord(item)?.scans) ?? [];

/** Puts copies of scans beside their record, before they leave it: whoever reads both finds each at least once. */
export const copyAside = async (
  client: DynamoDBClient,
  table: string,
  key: RecordKey,
  scans: readonly RecordedScan[],
): Promise<void> => {
  await Promise.all(
    scans.map((scan) =>
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: loneItem(asideKey(key, scan.scanId), scan),
        }),
      ),
    ),
  );
};

/** The record with the scan of this id in it, where that was put aside. */
export const withAside =
  (client: DynamoDBClient, table: string) =>
  async (key: RecordKey, record: AttendanceRecord, scanId: string): Promise<AttendanceRecord> => {
    if (!record.archive || record.isWhole || record.scans.some((scan) => scan.scanId === scanId))
      return record;
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: asideKey(key, scanId), ConsistentRead: true }),
    );
    const found = scanIn(Item);
    return found.length === 0
      ? record
      : { ...record, scans: [...record.scans, ...found], aside: new Set([scanId]) };
  };

/** Reads records together with what they have put aside. */
export const wholeRecords = (client: DynamoDBClient, table: string) => {
  const readAside = async (key: RecordKey): Promise<RecordedScan[]> => {
    const { pk, sk } = asideKey(key, '');
    const found: RecordedScan[] = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
      },
    );
    for await (const { Items = [] } of pages) found.push(...Items.flatMap(scanIn));
    return found;
  };

  /** @throws {StoreBusyError} when it keeps changing while it is read */
  const whole = async (key: RecordKey, read: AttendanceRecord): Promise<AttendanceRecord> => {
    let record = read;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (!record.archive || record.isWhole) return record;
      const away = await readAside(key);
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: recordItemKey(key), ConsistentRead: true }),
      );
      // What was taken back and changed meanwhile is another version of what this record has put aside.
      if (!Item) return record;
      const now = recordFromImage(Item);
      if (now.changes === record.changes) {
        const held = new Set(now.scans.map(({ scanId }) => scanId));
        const others = away.filter(({ scanId }) => !held.has(scanId));
        const aside = new Set(others.map(({ scanId }) => scanId));
        return { ...now, scans: [...now.scans, ...others], aside, isWhole: true };
      }
      record = now;
    }
    throw new StoreBusyError('A record changes faster than it can be read');
  };
  return whole;
};

const shiftRequest = (
  table: string,
  key: RecordKey,
  record: AttendanceRecord,
  { scans, archive }: Shift,
): Update => {
  const condition = asRead(record);
  return {
    TableName: table,
    Key: recordItemKey(key),
    UpdateExpression: `SET ar = :ar, ${scans.map((_, index) => `#s${index} = :s${index}`).join(', ')} ADD ch :one`,
    ConditionExpression: condition.text,
    ExpressionAttributeNames: Object.fromEntries(
      scans.map(({ scanId }, index) => [`#s${index}`, scanAttribute(scanId)]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(scans.map((scan, index) => [`:s${index}`, scanToValue(scan)])),
      ...condition.values,
      ':ar': archiveToValue(archive),
      ':one': { N: '1' },
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};

/**
 * Takes back what a record has put aside, as far as a scan belongs among it. Nothing that counts changes.
 * @returns the record as it is then; null where the scan can be written at once
 * @throws {RecordTooLargeError} where the scan is older than too many others
 */
export const taker = (client: DynamoDBClient, table: string) => {
  const whole = wholeRecords(client, table);
  return async (
    key: RecordKey,
    read: AttendanceRecord | undefined,
    scan: RecordedScan,
  ): Promise<{ readonly record: AttendanceRecord | undefined } | null> => {
    if (!read || !isBeforeArchive(read, scan)) return null;
    let record = await whole(key, read);
    if (newerAside(record, scan) > MOST_BACK)
      throw new RecordTooLargeError('The scan is older than too many others of its badge');
    for (;;) {
      const shift = takeBack(record, scan);
      if (!shift) return { record };
      const written = await updateRecord(client, shiftRequest(table, key, record, shift));
      if (written.kind === 'differs') return { record: written.record };
      const back = new Set(shift.scans.map(({ scanId }) => scanId));
      const aside = new Set([...(record.aside ?? [])].filter((scanId) => !back.has(scanId)));
      record = { ...written.record, scans: record.scans, aside, isWhole: true };
    }
  };
};
