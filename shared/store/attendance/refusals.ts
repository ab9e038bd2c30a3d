import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RecordedScan } from '../../domain/scan.ts';
import { recordFromImage, scanAttribute, scanToValue } from './item.ts';
import { attendanceKey, refusalSortKey } from './keys.ts';

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
    const key = {
      pk: { S: attendanceKey(event, sessionId, shard) },
      sk: { S: refusalSortKey(scan.scanId) },
    };
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...key, [scanAttribute(scan.scanId)]: scanToValue(scan), ch: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { scan, replayed: false };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return { scan: recordFromImage(error.Item).scans[0] ?? scan, replayed: true };
    }
  };
