import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { wholeRecords } from './archive.ts';
import { readableRecord } from './item.ts';
import { attendanceKey, BADGE_PREFIX, badgeSortKey } from './keys.ts';

export interface RecordPage {
  readonly records: readonly AttendanceRecord[];
  /** The badge to go on after; undefined at the end of the shard. */
  readonly next: string | undefined;
}

/** Reads attendance records in the order of their badges, page by page. */
export const attendancePages = (client: DynamoDBClient, table: string) => {
  const whole = wholeRecords(client, table);
  return async (
    event: string,
    sessionId: string,
    shard: number,
    { limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined } = {},
  ): Promise<RecordPage> => {
    const pk: AttributeValue = { S: attendanceKey(event, sessionId, shard) };
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :badges)',
        ExpressionAttributeValues: { ':pk': pk, ':badges': { S: BADGE_PREFIX } },
        ...(limit !== undefined && { Limit: limit }),
        ...(after !== undefined && { ExclusiveStartKey: { pk, sk: { S: badgeSortKey(after) } } }),
      }),
    );
    return {
      records: await Promise.all(
        Items.flatMap((item) => readableRecord(item) ?? []).map((record) =>
          whole({ event, sessionId, shard, badgeId: record.badgeId }, record),
        ),
      ),
      next: LastEvaluatedKey?.['sk']?.S?.slice(BADGE_PREFIX.length),
    };
  };
};
export type ReadPage = ReturnType<typeof attendancePages>;
