import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { wholeRecords } from './archive.ts';
import { recordFromImage } from './item.ts';
import { MalformedItem } from './item-values.ts';
import { attendanceKey, BADGE_PREFIX, type RecordKey, recordItemKey } from './keys.ts';

const readRecord = (
  item: Record<string, AttributeValue>,
  malformed: ((error: MalformedItem) => void) | undefined,
): AttendanceRecord | undefined => {
  try {
    return recordFromImage(item);
  } catch (error) {
    if (!(error instanceof MalformedItem) || !malformed) throw error;
    malformed(error);
    return undefined;
  }
};

/** Reads records consistently. */
export const recordReader = (client: DynamoDBClient, table: string) => {
  const whole = wholeRecords(client, table);

  const get = async (key: RecordKey): Promise<AttendanceRecord | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: recordItemKey(key), ConsistentRead: true }),
    );
    return Item && recordFromImage(Item);
  };

  /** Every record of one key with all its scans, page by page; a malformed item throws if nobody takes it. */
  async function* records(
    event: string,
    sessionId: string,
    shard: number,
    malformed?: (error: MalformedItem) => void,
  ): AsyncGenerator<AttendanceRecord> {
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :badges)',
        ExpressionAttributeValues: {
          ':pk': { S: attendanceKey(event, sessionId, shard) },
          ':badges': { S: BADGE_PREFIX },
        },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const record = readRecord(item, malformed);
        if (record) yield await whole({ event, sessionId, shard, badgeId: record.badgeId }, record);
      }
    }
  }

  return {
    /** A record without the scans that it has put aside. */
    get,
    /** A record together with those. */
    whole,
    records,
  };
};
export type RecordReader = ReturnType<typeof recordReader>;
