import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Assembly } from '../assembly/assembly.ts';
import { HostError, messageOf } from '../errors.ts';
import { type DynamoClient, DynamoError } from './dynamo-client.ts';

type Table = Assembly['tables'][number];

const described = z.object({
  Table: z.object({
    TableStatus: z.string(),
    KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
    LocalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]),
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]),
    StreamSpecification: z
      .object({ StreamEnabled: z.boolean(), StreamViewType: z.string().optional() })
      .optional(),
  }),
});
type Description = z.infer<typeof described>['Table'];

const describe = async (client: DynamoClient, TableName: string): Promise<Description | undefined> => {
  try {
    return described.parse(await client.call('DescribeTable', { TableName })).Table;
  } catch (error) {
    if (error instanceof DynamoError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const untilActive = async (client: DynamoClient, table: string): Promise<void> => {
  for (let waited = 0; waited < 10_000; waited += 20) {
    if ((await describe(client, table))?.TableStatus === 'ACTIVE') return;
    await delay(20);
  }
  throw new HostError('EngineFailed', `table ${table} did not become active in 10 s`);
};

const shape = (keys: readonly { AttributeName: string; KeyType: string }[]): string =>
  keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');

const names = (indexes: readonly { IndexName: string }[] = []): string =>
  indexes
    .map(({ IndexName }) => IndexName)
    .sort()
    .join(', ');

const streamOf = ({ properties }: Table): { StreamSpecification: object } | undefined =>
  properties.StreamSpecification && {
    StreamSpecification: {
      StreamEnabled: true,
      StreamViewType: properties.StreamSpecification.StreamViewType,
    },
  };

const create = async (client: DynamoClient, table: Table): Promise<void> => {
  const { KeySchema, AttributeDefinitions, LocalSecondaryIndexes, GlobalSecondaryIndexes } = table.properties;
  await client.call('CreateTable', {
    TableName: table.name,
    KeySchema,
    AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
    ...streamOf(table),
  });
};

const update = async (client: DynamoClient, table: Table, current: Description): Promise<void> => {
  const { name, properties } = table;
  // What CloudFormation would replace the table for cannot be changed in place.
  if (
    shape(current.KeySchema) !== shape(properties.KeySchema) ||
    names(current.LocalSecondaryIndexes) !== names(properties.LocalSecondaryIndexes)
  ) {
    throw new HostError(
      'AssemblyUnsupported',
      `table ${name} of the data folder has other keys or local indexes than the template: use a new data folder`,
    );
  }
  const present = new Set(current.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  for (const index of properties.GlobalSecondaryIndexes ?? []) {
    if (present.has(index.IndexName)) continue;
    await client.call('UpdateTable', {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    });
    await untilActive(client, name);
  }
  const stream = streamOf(table);
  if (stream && !current.StreamSpecification?.StreamEnabled) {
    await client.call('UpdateTable', { TableName: name, ...stream });
  }
};

/** Creates the template's tables, or brings existing ones up to it. */
export const prepareTables = async (client: DynamoClient, tables: readonly Table[]): Promise<void> => {
  await Promise.all(
    tables.map(async (table) => {
      const current = await describe(client, table.name);
      await (current ? update(client, table, current) : create(client, table));
      await untilActive(client, table.name);
    }),
  );
};

const scanned = z.object({
  Items: z.array(z.record(z.string(), z.unknown())).default([]),
  LastEvaluatedKey: z.unknown().optional(),
});
const SWEEP_PAGE = 200;
/** AWS deletes within a few days: nothing may count on it, and a sweep reads whole tables. */
const SWEEP_EVERY_MS = 15 * 60_000;
/** Between pages, so that a sweep of a large table does not stand in the door's way. */
const SWEEP_PAUSE_MS = 50;

/** Deletes what has expired. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
export const sweepExpired = async (
  client: DynamoClient,
  table: Table,
  nowSeconds: number,
  going: () => boolean = () => true,
): Promise<number> => {
  const { TimeToLiveSpecification: ttl, KeySchema } = table.properties;
  if (!ttl?.Enabled || !ttl.AttributeName) return 0;
  const expiry = {
    ExpressionAttributeNames: { '#ttl': ttl.AttributeName },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) }, ':zero': { N: '0' } },
  };
  const condition = '#ttl BETWEEN :zero AND :now';
  let deleted = 0;
  let from: unknown;
  do {
    const page = scanned.parse(
      await client.call('Scan', {
        TableName: table.name,
        FilterExpression: condition,
        Limit: SWEEP_PAGE,
        ...expiry,
        ...(from !== undefined && { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items) {
      const Key = Object.fromEntries(
        KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
      );
      try {
        // Conditional: it may have been given a new lease of life since it was read.
        await client.call('DeleteItem', {
          TableName: table.name,
          Key,
          ConditionExpression: condition,
          ...expiry,
        });
        deleted += 1;
      } catch (error) {
        if (!(error instanceof DynamoError) || error.code !== 'ConditionalCheckFailedException') throw error;
      }
    }
    from = page.LastEvaluatedKey;
    if (from !== undefined) await delay(SWEEP_PAUSE_MS);
  } while (from !== undefined && going());
  return deleted;
};

/** @returns stops it */
export const keepSweeping = (
  client: DynamoClient,
  tables: readonly Table[],
  report: (line: string) => void,
): (() => void) => {
  let going = true;
  let sweeping = false;
  const sweep = async () => {
    if (sweeping) return;
    sweeping = true;
    try {
      for (const table of tables)
        await sweepExpired(client, table, Math.floor(Date.now() / 1000), () => going);
    } catch (error) {
      if (going) report(`expired items are not swept: ${messageOf(error)}`);
    } finally {
      sweeping = false;
    }
  };
  const timer = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  timer.unref();
  return () => {
    going = false;
    clearInterval(timer);
  };
};
