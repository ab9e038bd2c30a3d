import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { BenchScan } from './conference.ts';
import { saturate } from './load.ts';

const TABLE = 'bench-raw';

export interface RawEngine {
  /** @returns updates a second */
  run(scans: readonly BenchScan[], inFlight: number): Promise<number>;
  close(): void;
}

/** The SDK against an engine of this machine. */
export const localDynamo = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/**
 * The floor that a check-in is compared with: one conditional UpdateItem of an attendance-shaped item by the plain
 * SDK, nothing returned, on a table like Attendance (stream, local index) of its own.
 */
export const rawEngine = async (endpoint: string): Promise<RawEngine> => {
  const client = localDynamo(endpoint);
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [text('pk'), text('sk'), text('conflictAt')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'conflicts',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'conflictAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const update = async ({ scanId, badgeId, sessionId, scannedAt }: BenchScan): Promise<void> => {
    const at = String(Date.parse(scannedAt));
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { pk: { S: `bench#${sessionId}#0` }, sk: { S: `B#${badgeId}` } },
        UpdateExpression:
          'SET #s = :scan, cat = :cat, cc = :cc, ls = :order, #in = :now, fe = if_not_exists(fe, :at) ADD ch :one',
        ConditionExpression:
          'attribute_not_exists(#s) AND (attribute_not_exists(ls) OR ls < :order) AND (attribute_not_exists(#in) OR #in = :no)',
        ExpressionAttributeNames: { '#s': `s:${scanId.replaceAll('-', '').slice(0, 22)}`, '#in': 'in' },
        ExpressionAttributeValues: {
          ':scan': { M: { k: { S: 'E' }, t: { N: at }, d: { S: 'device-1' } } },
          ':cat': { S: 'delegate' },
          ':cc': { S: 'CN' },
          ':order': { S: `${at}#${scanId}` },
          ':now': { BOOL: true },
          ':no': { BOOL: false },
          ':at': { N: at },
          ':one': { N: '1' },
        },
      }),
    );
  };
  return {
    run: async (scans, inFlight) => scans.length / (await saturate(scans, inFlight, update)),
    close: () => client.destroy(),
  };
};
