import { LOCAL } from '../assembly/intrinsics.ts';
import { type DynamoClient, DynamoError } from '../engine/dynamo-client.ts';
import { messageOf } from '../errors.ts';
import { bell } from '../waiting.ts';
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
  /** Seconds: older records are of an earlier table of this name, which the engine replays. */
  readonly tableCreatedAt: number;
  readonly polling: Polling;
  readonly report: (line: string) => void;
}

/** One mapping's place in a feed. */
export interface Cursor {
  /** Up to `max` records, at once when there are some; `end` after the shard's last one. */
  take(max: number): Promise<readonly StreamRecord[] | 'end'>;
  /** What is there, without waiting. */
  takeNow(max: number): readonly StreamRecord[];
  /** Whether everything that the stream held at `since` (performance.now()) has been taken. */
  isDry(since: number): boolean;
  close(): void;
}

export interface ShardFeed {
  readonly after: string | undefined;
  /** Whether a new cursor would start at the feed's beginning. */
  isFresh(): boolean;
  open(): Cursor;
  /** Ends the pause of an idle feed. */
  wake(): void;
  stop(): void;
}

const PAGE = 1_000;
/** Records that all mappings have taken are let go in steps of this many: each weighs some 5 kB. */
const TRIM_STEP = 100;
/** A mapping that lags this far behind another one on the same feed gets a feed of its own. */
const MAX_LAG = 2_000;

const openIterator = async (
  source: ShardSource,
  shard: string,
  after: string | undefined,
): Promise<string> => {
  const common = { StreamArn: source.engineArn, ShardId: shard };
  const open = async (position: object) =>
    shardIterator.parse(await source.client.streams('GetShardIterator', { ...common, ...position }))
      .ShardIterator;
  if (after === undefined) return open({ ShardIteratorType: 'TRIM_HORIZON' });
  try {
    return await open({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after });
  } catch (error) {
    if (!(error instanceof DynamoError) || error.code !== 'TrimmedDataAccessException') throw error;
    source.report(`stream ${source.arn}: records after ${after} are trimmed, going on with the oldest kept`);
    return open({ ShardIteratorType: 'TRIM_HORIZON' });
  }
};

/** Reads one shard for all mappings that stand at the same place of it. */
export const shardFeed = (source: ShardSource, shard: string, after: string | undefined): ShardFeed => {
  const { client, polling, report } = source;
  const arrivals = bell();
  const demand = bell();
  const sleep = bell();
  const cursors = new Set<{ at: number; moved: ShardFeed | undefined; last: string | undefined }>();
  let buffer: StreamRecord[] = [];
  /** Index of the buffer's first record, counted from the feed's start. */
  let base = 0;
  let ended = false;
  let stopped = false;
  /** performance.now() at the start of the last read that found nothing. */
  let dryAt = Number.NEGATIVE_INFINITY;
  const detached: ShardFeed[] = [];

  const trim = (): void => {
    const slowest = Math.min(...[...cursors].map(({ at }) => at));
    if (!Number.isFinite(slowest) || slowest - base < TRIM_STEP) return;
    buffer = buffer.slice(slowest - base);
    base = slowest;
  };

  const detachSlowest = (): void => {
    const [slowest] = [...cursors].sort((left, right) => left.at - right.at);
    if (!slowest || cursors.size < 2) return;
    cursors.delete(slowest);
    slowest.moved = shardFeed(source, shard, slowest.last);
    detached.push(slowest.moved);
    arrivals.ring();
    trim();
  };

  const poll = async (): Promise<void> => {
    let iterator: string | undefined;
    let last = after;
    let pause = polling.busyMs;
    while (!stopped && !ended) {
      if (buffer.length >= MAX_LAG) detachSlowest();
      if (buffer.length >= MAX_LAG || cursors.size === 0) {
        await demand.wait();
        continue;
      }
      const startedAt = performance.now();
      try {
        iterator ??= await openIterator(source, shard, last);
        const page = recordsPage.parse(
          await client.streams('GetRecords', { ShardIterator: iterator, Limit: PAGE }),
        );
        for (const record of page.Records) {
          last = record.dynamodb.SequenceNumber;
          if (record.dynamodb.ApproximateCreationDateTime < source.tableCreatedAt) continue;
          const kept = asLambdaRecord(record, source.arn, LOCAL.region);
          if (kept) buffer.push(kept);
        }
        ended = !page.NextShardIterator;
        iterator = page.NextShardIterator ?? undefined;
        if (page.Records.length === 0) {
          dryAt = startedAt;
          pause = Math.min(polling.idleMs, pause * 1.25);
        } else {
          pause = polling.busyMs;
        }
        arrivals.ring();
        if (page.Records.length >= PAGE) continue;
      } catch (error) {
        if (stopped) return;
        iterator = undefined;
        pause = polling.idleMs;
        if (!(error instanceof DynamoError) || error.code !== 'ExpiredIteratorException') {
          report(`stream ${source.arn} cannot be read: ${messageOf(error)}`);
        }
      }
      // Never more often than busyMs, however often it is woken: small batches cost more writes.
      await new Promise((resolve) => setTimeout(resolve, polling.busyMs));
      if (pause > polling.busyMs && !stopped) await sleep.wait(pause - polling.busyMs);
    }
    arrivals.ring();
  };
  const polled = poll();
  polled.catch((error) => report(messageOf(error)));

  return {
    after,
    isFresh: () => base === 0 && buffer.length === 0 && !ended,
    open: () => {
      const place: { at: number; moved: ShardFeed | undefined; last: string | undefined } = {
        at: base,
        moved: undefined,
        last: after,
      };
      let onward: Cursor | undefined;
      cursors.add(place);
      demand.ring();
      const takeNow = (max: number): readonly StreamRecord[] => {
        if (place.moved) {
          onward ??= place.moved.open();
          return onward.takeNow(max);
        }
        const from = place.at - base;
        const taken = buffer.slice(from, from + max);
        if (taken.length === 0) return taken;
        place.at += taken.length;
        place.last = taken.at(-1)?.dynamodb.SequenceNumber;
        trim();
        demand.ring();
        return taken;
      };
      return {
        takeNow,
        take: async (max) => {
          for (;;) {
            const taken = takeNow(max);
            if (taken.length > 0) return taken;
            if (onward) return onward.take(max);
            if (ended || stopped) return 'end';
            await arrivals.wait();
          }
        },
        isDry: (since) => {
          if (onward) return onward.isDry(since);
          return !place.moved && place.at - base >= buffer.length && (dryAt >= since || ended);
        },
        close: () => {
          cursors.delete(place);
          onward?.close();
        },
      };
    },
    wake: () => {
      sleep.ring();
      for (const feed of detached) feed.wake();
    },
    stop: () => {
      stopped = true;
      for (const ringing of [arrivals, demand, sleep]) ringing.ring();
      for (const feed of detached) feed.stop();
    },
  };
};
