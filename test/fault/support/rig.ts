import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { tableProperties } from '../../../local/assembly/specs.ts';
import { startEngine } from '../../../local/engine/engine.ts';
import { prepareTables } from '../../../local/engine/tables.ts';
import {
  recordsPage,
  shardIterator,
  streamDescription,
  tableStream,
} from '../../../local/mappings/stream-records.ts';
import { attendanceStore } from '../../../shared/store/attendance/records.ts';
import { countStore } from '../../../shared/store/counts/counts.ts';
import { testTables } from '../../engine/engine.ts';
import type { Item } from './model.ts';

const lambdaRecord = z.custom<DynamoDBRecord>(
  (value) => z.looseObject({ dynamodb: z.unknown() }).safeParse(value).success,
);

/** The real engine on a folder of its own; it can be killed and started again. */
export const startRig = async () => {
  const data = mkdtempSync(join(tmpdir(), 'turnout-fault-'));
  const records: DynamoDBRecord[] = [];

  const open = async () => {
    const engine = await startEngine({ data, report: () => {}, failed: () => {} });
    const sdk = new DynamoDBClient({
      endpoint: engine.client.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 2,
    });
    return { engine, sdk, attendance: attendanceStore(sdk, 'Attendance'), counts: countStore(sdk, 'Counts') };
  };

  let running = await open();
  await prepareTables(
    running.engine.client,
    testTables.map(({ name, properties }) => ({
      stack: 'test',
      logicalId: name,
      type: 'AWS::DynamoDB::Table',
      name,
      properties: tableProperties.parse(properties),
    })),
  );

  const stop = async () => {
    running.sdk.destroy();
    await running.engine.stop();
  };

  return {
    attendance: () => running.attendance,
    counts: () => running.counts,
    put: (item: object) => running.engine.client.call('PutItem', { TableName: 'Attendance', Item: item }),
    /** Forgets counters and timelines, as if their table were lost. */
    loseCounts: async (): Promise<void> => {
      const { client } = running.engine;
      for await (const { Items = [] } of paginateScan({ client: running.sdk }, { TableName: 'Counts' })) {
        for (const { pk, sk } of Items)
          await client.call('DeleteItem', { TableName: 'Counts', Key: { pk, sk } });
      }
    },
    /** The engine is killed, as it is when the host is, and started again on its file. */
    restart: async (): Promise<void> => {
      await stop();
      running = await open();
    },
    /** All records of the Attendance stream so far, in order. */
    stream: async (): Promise<readonly DynamoDBRecord[]> => {
      const { client } = running.engine;
      const { Table } = tableStream.parse(await client.call('DescribeTable', { TableName: 'Attendance' }));
      const StreamArn = Table.LatestStreamArn;
      const described = streamDescription.parse(await client.streams('DescribeStream', { StreamArn }));
      const [shard, ...others] = described.StreamDescription.Shards;
      if (!shard || others.length > 0) throw new Error('the engine is known to have one shard');
      const last = records.at(-1)?.dynamodb?.SequenceNumber;
      const position =
        last === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last };
      let next: string | null | undefined = shardIterator.parse(
        await client.streams('GetShardIterator', { StreamArn, ShardId: shard.ShardId, ...position }),
      ).ShardIterator;
      while (next) {
        const page = recordsPage.parse(
          await client.streams('GetRecords', { ShardIterator: next, Limit: 1000 }),
        );
        if (page.Records.length === 0) break;
        const eventSourceARN = `arn:aws:dynamodb:local:0:table/Attendance/stream/${Table.LatestStreamLabel}`;
        for (const record of page.Records) records.push(lambdaRecord.parse({ ...record, eventSourceARN }));
        next = page.NextShardIterator;
      }
      return records;
    },
    items: async (): Promise<readonly Item[]> => {
      const items: Item[] = [];
      for await (const page of paginateScan({ client: running.sdk }, { TableName: 'Attendance' })) {
        items.push(...(page.Items ?? []).map((item) => plainItem.parse(item)));
      }
      return items;
    },
    stop: async (): Promise<void> => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
};

const plainItem = z.custom<Item>((value) => typeof value === 'object' && value !== null);

export type Rig = Awaited<ReturnType<typeof startRig>>;
