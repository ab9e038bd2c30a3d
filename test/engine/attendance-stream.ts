import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { dynamoClient } from '../../local/engine/dynamo-client.ts';
import {
  asLambdaRecord,
  recordsPage,
  shardIterator,
  streamDescription,
  tableStream,
} from '../../local/mappings/stream-records.ts';

/** Reads the Attendance stream of the engine, each time from where the last reading ended. */
export const attendanceStream = (endpoint: string) => {
  const client = dynamoClient(endpoint);
  const iterators = new Map<string, string>();

  const open = async () => {
    const { Table } = tableStream.parse(await client.call('DescribeTable', { TableName: 'Attendance' }));
    const StreamArn = Table.LatestStreamArn;
    const { StreamDescription } = streamDescription.parse(
      await client.streams('DescribeStream', { StreamArn }),
    );
    for (const { ShardId } of StreamDescription.Shards) {
      if (iterators.has(ShardId)) continue;
      const { ShardIterator } = shardIterator.parse(
        await client.streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      iterators.set(ShardId, ShardIterator);
    }
  };

  return {
    /** Everything new, as Lambda would get it. */
    read: async (): Promise<DynamoDBRecord[]> => {
      if (iterators.size === 0) await open();
      const found: DynamoDBRecord[] = [];
      for (const [shard, first] of iterators) {
        let iterator = first;
        for (;;) {
          const page = recordsPage.parse(
            await client.streams('GetRecords', { ShardIterator: iterator, Limit: 1000 }),
          );
          for (const record of page.Records) {
            const given = asLambdaRecord(
              record,
              'arn:aws:dynamodb:local:0:table/Attendance/stream/1',
              'local',
            );
            if (given) found.push(z.custom<DynamoDBRecord>().parse(given));
          }
          iterator = page.NextShardIterator ?? iterator;
          if (page.Records.length === 0) break;
        }
        iterators.set(shard, iterator);
      }
      return found;
    },
    close: () => client.close(),
  };
};
