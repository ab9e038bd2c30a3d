import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { CONFLICTS_INDEX } from '../tables.ts';
import { readableRecord } from './item.ts';
import { attendanceKey, isBadgeSortKey } from './keys.ts';

/** Records of one key that hold a conflict, newest conflict first. */
export const conflictingRecords =
  (client: DynamoDBClient, table: string) =>
  async (event: string, sessionId: string, shard: number, limit: number): Promise<AttendanceRecord[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: CONFLICTS_INDEX.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: attendanceKey(event, sessionId, shard) } },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items.filter(({ sk }) => sk?.S !== undefined && isBadgeSortKey(sk.S)).flatMap(
      (item) => readableRecord(item) ?? [],
    );
  };
