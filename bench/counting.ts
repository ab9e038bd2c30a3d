import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import {
  recordsPage,
  shardIterator,
  streamDescription,
  tableStream,
} from '../local/mappings/stream-records.ts';
import type { BenchHost } from './bench-host.ts';
import { type ApiHost, EVENT, organizerApi, params } from './conference.ts';

/** Entries counted so far, over all sessions. */
export const countedEntries = async (host: ApiHost): Promise<number> => {
  const { body } = await organizerApi(host).call('GET /v1/events/{event}/attendance', { params });
  return body.sessions.reduce((sum, { entries }) => sum + entries, 0);
};

const DRAIN_TIMEOUT_MS = 120_000;
const POLL_MS = 100;

/**
 * Waits until everything that was sent is counted.
 * @returns seconds
 * @throws when the counts never get there, or beyond: they must be exact
 */
export const untilCounted = async (host: ApiHost, entries: number): Promise<number> => {
  const startedAt = performance.now();
  for (;;) {
    const counted = await countedEntries(host);
    const elapsed = performance.now() - startedAt;
    if (counted === entries) return elapsed / 1000;
    if (counted > entries || elapsed > DRAIN_TIMEOUT_MS)
      throw new Error(`${counted} entries are counted, ${entries} were admitted`);
    await sleep(POLL_MS);
  }
};

const tableNames = z.object({ TableNames: z.array(z.string()) });

/** Physical name of a table by its name in the template. */
export const tableCalled = async ({ engine }: BenchHost, name: string): Promise<string> => {
  const { TableNames } = tableNames.parse(await engine.client.call('ListTables', {}));
  const found = TableNames.filter((table) => table.includes(name));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} tables are called ${name}`);
  return found[0];
};

const text = z.object({ S: z.string() });
const keyed = z.object({ Keys: z.object({ pk: text, sk: text }) });

/** Counter items stand under the event, timeline items (`T#…`) under event and session. */
const isCounterOrTimeline = (change: unknown): boolean => {
  const parsed = keyed.safeParse(change);
  if (!parsed.success) return false;
  const { pk, sk } = parsed.data.Keys;
  return pk.S === EVENT || (pk.S.startsWith(`${EVENT}#`) && sk.S.startsWith('T#'));
};

/** Writes of counts so far, by the Counts table's stream. */
export const counterWrites = async (host: BenchHost): Promise<number> => {
  const { client } = host.engine;
  const TableName = await tableCalled(host, 'Counts');
  const { LatestStreamArn: StreamArn } = tableStream.parse(
    await client.call('DescribeTable', { TableName }),
  ).Table;
  const { Shards } = streamDescription.parse(
    await client.streams('DescribeStream', { StreamArn }),
  ).StreamDescription;
  let writes = 0;
  for (const { ShardId } of Shards) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let iterator: string | null | undefined = shardIterator.parse(
      await client.streams('GetShardIterator', start),
    ).ShardIterator;
    while (iterator) {
      const page: z.infer<typeof recordsPage> = recordsPage.parse(
        await client.streams('GetRecords', { ShardIterator: iterator, Limit: 1000 }),
      );
      writes += page.Records.filter(({ dynamodb }) => isCounterOrTimeline(dynamodb)).length;
      iterator = page.Records.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return writes;
};
