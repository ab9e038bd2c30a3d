import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableProperties } from '../../local/assembly/specs.ts';
import { startEngine } from '../../local/engine/engine.ts';
import { prepareTables } from '../../local/engine/tables.ts';

const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];
const streamed = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

/** The tables as the template declares them; test/infra holds the two together. */
export const testTables = [
  {
    name: 'Attendance',
    properties: {
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: [text('pk'), text('sk'), text('conflictAt')],
      LocalSecondaryIndexes: [
        {
          IndexName: 'conflicts',
          KeySchema: keys('pk', 'conflictAt'),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      ...streamed,
    },
  },
  {
    name: 'Counts',
    properties: { KeySchema: keys('pk', 'sk'), AttributeDefinitions: [text('pk'), text('sk')], ...streamed },
  },
  {
    name: 'Announcements',
    properties: {
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: [text('pk'), text('sk'), text('duePk'), text('publishAt')],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: keys('duePk', 'publishAt'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      ...streamed,
    },
  },
  {
    name: 'Registry',
    properties: { KeySchema: keys('pk', 'sk'), AttributeDefinitions: [text('pk'), text('sk')] },
  },
  {
    name: 'Subscribers',
    properties: { KeySchema: keys('pk', 'sk'), AttributeDefinitions: [text('pk'), text('sk')] },
  },
];

export interface TestEngine {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  stop(): Promise<void>;
}

/** The real engine on a folder of its own, with the tables of the project. */
export const startTestEngine = async (): Promise<TestEngine> => {
  const data = mkdtempSync(join(tmpdir(), 'turnout-engine-'));
  const engine = await startEngine({
    data,
    report: () => {},
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  await prepareTables(
    engine.client,
    testTables.map(({ name, properties }) => ({
      stack: 'test',
      logicalId: name,
      type: 'AWS::DynamoDB::Table',
      name,
      properties: tableProperties.parse(properties),
    })),
  );
  const client = new DynamoDBClient({
    endpoint: engine.client.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    endpoint: engine.client.endpoint,
    client,
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    stop: async () => {
      client.destroy();
      await engine.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
};
