import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL } from '../assembly/intrinsics.ts';
import { type DynamoClient, DynamoError } from '../engine/dynamo-client.ts';
import { messageOf } from '../errors.ts';
import { bell } from './bell.ts';
import { asLambdaRecord, recordsPage, type StreamRecord, shardIterator } from './stream-records.ts';

export interface Polling {
  /** Milliseconds between reads while records come. */
  readonly busyMs: number;
  /** The longest pause between reads of an idle stream. */
  readonly idleMs: number;
}
export const DEFAULT_POLLING: Polling = { busyMs: 80, idleMs: 200 };

export interface ShardSource {
  readonly client: DynamoClient;
  /** The engine's name of the stream, and the one that functions see. */
  readonly engineArn: string;
  readonly arn: string;
  /** Seconds: older records are of an earlier table of this name. */
  readonly tableCreatedAt: number;
  readonly polling: Polling;
  readonly report: (line: string) => void;
}

export interface ShardReader {
  /**
   * Waits for records and reads up to `max`; `end` after the shard's last one, or when it was stopped.
   * @param wanted false: what was just read is left where it is, and read again at the next call
   */
  next(max: number, wanted: () => boolean): Promise<readonly StreamRecord[] | 'end'>;
  /** Whether the shard held nothing more at `since` (performance.now()). */
  isDry(since: number): boolean;
  /** Ends the pause of an idle reader. */
  wake(): void;
  stop(): void;
}

const openIterator = async (
  { client, engineArn, arn, report }: ShardSource,
  shard: string,
  after: string | undefined,
): Promise<string> => {
  const open = async (position: object) =>
    shardIterator.parse(
      await client.streams('GetShardIterator', { StreamArn: engineArn, ShardId: shard, ...position }),
    ).ShardIterator;
  if (after === undefined) return open({ ShardIteratorType: 'TRIM_HORIZON' });
  try {
    return await open({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after });
  } catch (error) {
    if (!(error instanceof DynamoError) || error.code !== 'TrimmedDataAccessException') throw error;
    report(`stream ${arn}: records after ${after} are trimmed, going on with the oldest kept`);
    return open({ ShardIteratorType: 'TRIM_HORIZON' });
  }
};

/** Reads one shard for one mapping, from the record that follows `start` on. */
export const shardReader = (source: ShardSource, shard: string, start: string | undefined): ShardReader => {
  const { client, polling, report } = source;
  const sleep = bell();
  let after = start;
  let iterator: string | undefined;
  let ended = false;
  let stopped = false;
  let readAt = Number.NEGATIVE_INFINITY;
  let pauseMs = 0;
  /** When the last read that found nothing began. */
  let dryAt = Number.NEGATIVE_INFINITY;

  const rest = async (): Promise<void> => {
    // Never more often than busyMs, however often it is woken: small batches cost more writes.
    const apart = readAt + Math.min(pauseMs, polling.busyMs) - performance.now();
    if (apart > 0) await delay(apart);
    if (pauseMs > polling.busyMs && !stopped) await sleep.wait(pauseMs - polling.busyMs);
  };

  const read = async (max: number, wanted: () => boolean): Promise<StreamRecord[]> => {
    readAt = performance.now();
    iterator ??= await openIterator(source, shard, after);
    const page = recordsPage.parse(
      await client.streams('GetRecords', { ShardIterator: iterator, Limit: max }),
    );
    if (!wanted()) return [];
    iterator = page.NextShardIterator ?? undefined;
    ended = iterator === undefined;
    after = page.Records.at(-1)?.dynamodb.SequenceNumber ?? after;
    dryAt = page.Records.length === 0 ? readAt : Number.NEGATIVE_INFINITY;
    if (page.Records.length === 0)
      pauseMs = Math.min(polling.idleMs, Math.max(polling.busyMs, pauseMs) * 1.25);
    else pauseMs = page.Records.length < max ? polling.busyMs : 0;
    return page.Records.flatMap((record) =>
      record.dynamodb.ApproximateCreationDateTime < source.tableCreatedAt
        ? []
        : (asLambdaRecord(record, source.arn, LOCAL.region) ?? []),
    );
  };

  return {
    next: async (max, wanted) => {
      while (!ended && !stopped && wanted()) {
        await rest();
        try {
          const records = await read(max, wanted);
          if (records.length > 0) return records;
        } catch (error) {
          iterator = undefined;
          pauseMs = polling.idleMs;
          const expired = error instanceof DynamoError && error.code === 'ExpiredIteratorException';
          if (!expired && !stopped) report(`stream ${source.arn} cannot be read: ${messageOf(error)}`);
        }
      }
      return ended || stopped ? 'end' : [];
    },
    isDry: (since) => ended || dryAt >= since,
    wake: sleep.ring,
    stop: () => {
      stopped = true;
      sleep.ring();
    },
  };
};
