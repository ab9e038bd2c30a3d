import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { loneItem, MAX_REFUSALS, readableRecord } from './item.ts';
import { type ItemKey, loneKey, overflowSortKey, type RecordKey, refusalSortKey } from './keys.ts';

/** Refusals of unknown badges are kept for so long, in seconds: a device that sends again does it before. */
const KEPT_S = 30 * 24 * 60 * 60;

/** Whether further refusals of the badge become items of their own: a record is written whole, and has a limit. */
export const isCrowded = ({ refusals = 0 }: AttendanceRecord): boolean => refusals >= MAX_REFUSALS;

const firstScan = (item: Record<string, AttributeValue> | undefined): RecordedScan | undefined =>
  item && readableRecord(item)?.scans[0];

/** Puts a refusal that stands alone, once; answers the one that is stored already. */
const putOnce = async (
  client: DynamoDBClient,
  table: string,
  key: ItemKey,
  scan: RecordedScan,
  { expires }: { readonly expires: boolean },
): Promise<RecordedScan | undefined> => {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          ...loneItem(key, scan),
          ...(expires && { ttl: { N: String(Math.floor(Date.now() / 1000) + KEPT_S) } }),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
    return firstScan(error.Item) ?? scan;
  }
};

/**
 * Stores a refusal that belongs to no known badge, once; answers what is stored under this scanId.
 * `sessionId` is null where the session does not exist.
 */
export const refuseUnknown =
  (client: DynamoDBClient, table: string) =>
  async (
    event: string,
    sessionId: string | null,
    shard: number,
    scan: RecordedScan,
  ): Promise<{ scan: RecordedScan; replayed: boolean }> => {
    const key = loneKey({ event, sessionId, shard }, refusalSortKey(scan.scanId));
    const known = await putOnce(client, table, key, scan, { expires: true });
    return { scan: known ?? scan, replayed: known !== undefined };
  };

const overflowKey = (key: RecordKey, scanId: string): ItemKey =>
  loneKey(key, overflowSortKey(key.badgeId, scanId));

/** Stores a refusal of a known badge whose record has no room for it, once. */
export const storeOverflow = async (
  client: DynamoDBClient,
  table: string,
  key: RecordKey,
  scan: RecordedScan,
): Promise<void> => {
  await putOnce(client, table, overflowKey(key, scan.scanId), scan, { expires: false });
};

/** The record with the refusal of this scanId in it, where that had no room in the record: one read of a crowded one. */
export const withOverflow =
  (client: DynamoDBClient, table: string) =>
  async (
    key: RecordKey,
    record: AttendanceRecord | undefined,
    scanId: string,
  ): Promise<AttendanceRecord | undefined> => {
    if (!record || !isCrowded(record) || record.scans.some((scan) => scan.scanId === scanId)) return record;
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: overflowKey(key, scanId), ConsistentRead: true }),
    );
    const scan = firstScan(Item);
    return scan ? { ...record, scans: [...record.scans, scan] } : record;
  };

/** Most refusals of a badge in a session that are read beside its record. */
const MAX_READ = 1000;

/** Refusals that had no room in the badge's record, by scanId. */
export const overflowRefusals =
  (client: DynamoDBClient, table: string) =>
  async (key: RecordKey): Promise<RecordedScan[]> => {
    const { pk, sk } = overflowKey(key, '');
    const found: RecordedScan[] = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        Limit: MAX_READ,
      },
    );
    for await (const { Items = [] } of pages) {
      found.push(...Items.flatMap((item) => firstScan(item) ?? []));
      if (found.length >= MAX_READ) break;
    }
    return found.slice(0, MAX_READ);
  };
