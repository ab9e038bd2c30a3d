import type { Assembly } from '../assembly/assembly.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { type BatchTransform, type DeliverySettings, deliverBatch } from './batch-delivery.ts';
import type { Checkpoints } from './checkpoints.ts';
import { eventFilter } from './event-filter.ts';
import type { Cursor } from './shard-feed.ts';
import { type StreamRecord, sequenceOf } from './stream-records.ts';

/** One mapping on one shard. */
export interface Lane {
  readonly names: readonly string[];
  readonly cursor: Cursor;
  paused: boolean;
  busy: boolean;
  transform: BatchTransform | undefined;
}

export interface LaneSettings {
  readonly mapping: Assembly['mappings'][number];
  readonly target: LocalFunction;
  readonly shard: string;
  readonly arn: string;
  readonly checkpoints: Checkpoints;
  readonly sendTo: (queueArn: string, body: string) => void;
  readonly invoked: () => void;
  readonly report: (line: string) => void;
  readonly going: () => boolean;
  readonly pause: (ms: number) => Promise<void>;
  /** Resolves when a paused lane may have been resumed. */
  readonly resumed: () => Promise<void>;
}

const DEFAULT_BATCH = 100;
const WINDOW_STEP_MS = 25;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: an invocation's payload is at most 6 MB. */
const MAX_BATCH_BYTES = 5_500_000;

const sizeCut = (records: readonly StreamRecord[]): number => {
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    bytes += record.dynamodb.SizeBytes;
    if (bytes > MAX_BATCH_BYTES && index > 0) return index;
  }
  return records.length;
};

/** Collects a batch: full, or as old as the window, or all there is. */
const nextBatch = async (
  lane: Lane,
  { mapping: { properties }, going, pause }: LaneSettings,
): Promise<readonly StreamRecord[] | 'end'> => {
  const size = properties.BatchSize ?? DEFAULT_BATCH;
  const windowMs = properties.MaximumBatchingWindowInSeconds * 1000;
  const first = await lane.cursor.take(size);
  if (first === 'end' || windowMs === 0) return first;
  lane.busy = true;
  const batch = [...first];
  const until = Date.now() + windowMs;
  while (batch.length < size && going() && Date.now() < until) {
    await pause(Math.min(WINDOW_STEP_MS, until - Date.now()));
    batch.push(...lane.cursor.takeNow(size - batch.length));
  }
  return batch;
};

/** Delivers one shard's records to one mapping's function, in order, from its checkpoint on; until it is stopped. */
export const runLane = async (lane: Lane, given: LaneSettings): Promise<void> => {
  const { mapping, shard, checkpoints, going, report } = given;
  const { properties } = mapping;
  const passes = eventFilter((properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern));
  const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
  const fromSecond = properties.StartingPosition === 'LATEST' ? Math.floor(checkpoints.since / 1000) : 0;
  const settings: DeliverySettings = {
    target: given.target,
    bisect: properties.BisectBatchOnFunctionError,
    maximumRetries: properties.MaximumRetryAttempts,
    maximumAgeSeconds: properties.MaximumRecordAgeInSeconds,
    reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    discard: (notice) => {
      if (onFailure) given.sendTo(onFailure, JSON.stringify(notice));
      else report(`${mapping.logicalId}: records are given up`);
    },
    shard,
    streamArn: given.arn,
    transform: () => lane.transform,
    advance: (sequence) => checkpoints.advance(shard, sequence),
    pause: given.pause,
    going,
    invoked: given.invoked,
    report,
  };
  const deliver = async (batch: readonly StreamRecord[]): Promise<void> => {
    const wanted = batch.filter(
      (record) => record.dynamodb.ApproximateCreationDateTime >= fromSecond && passes(record),
    );
    for (let rest = wanted; rest.length > 0 && going(); ) {
      const cut = sizeCut(rest);
      await deliverBatch(settings, rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    const last = batch.at(-1);
    if (last && going() && wanted.at(-1) !== last) checkpoints.advance(shard, sequenceOf(last));
  };
  while (going()) {
    const batch = await nextBatch(lane, given);
    if (batch === 'end') {
      if (going()) checkpoints.finish(shard);
      return;
    }
    lane.busy = true;
    while (lane.paused && going()) await given.resumed();
    await deliver(batch);
    lane.busy = false;
  }
};
