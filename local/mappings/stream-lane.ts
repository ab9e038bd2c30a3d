import type { Assembly } from '../assembly/assembly.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { type BatchTransform, deliverBatch } from './batch-delivery.ts';
import type { Checkpoints } from './checkpoints.ts';
import { eventFilter } from './event-filter.ts';
import type { ShardReader } from './shard-reader.ts';
import { type StreamRecord, sequenceOf } from './stream-records.ts';

/** One mapping on one shard. */
export interface Lane {
  readonly names: readonly string[];
  readonly reader: ShardReader;
  paused: boolean;
  transform: BatchTransform | undefined;
}

export interface LaneSettings {
  readonly mapping: Assembly['mappings'][number];
  readonly target: LocalFunction;
  readonly shard: string;
  readonly checkpoints: Checkpoints;
  readonly invoked: () => void;
  readonly report: (line: string) => void;
  readonly going: () => boolean;
  readonly pause: (ms: number) => Promise<void>;
  /** Resolves when a paused lane may have been resumed. */
  readonly resumed: () => Promise<void>;
}

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

/** Delivers one shard's records to one mapping's function, in order, from its checkpoint on; until it is stopped. */
export const runLane = async (lane: Lane, given: LaneSettings): Promise<void> => {
  const { mapping, shard, checkpoints, going, resumed } = given;
  const { BatchSize, BisectBatchOnFunctionError, FilterCriteria } = mapping.properties;
  const passes = eventFilter((FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern));
  const settings = {
    ...given,
    bisect: BisectBatchOnFunctionError,
    transform: () => lane.transform,
    advance: (sequence: string) => checkpoints.advance(shard, sequence),
  };
  const deliver = async (batch: readonly StreamRecord[]): Promise<void> => {
    const wanted = batch.filter(passes);
    for (let rest = wanted; rest.length > 0 && going(); ) {
      const cut = sizeCut(rest);
      await deliverBatch(settings, rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    const last = batch.at(-1);
    if (last && going() && wanted.at(-1) !== last) checkpoints.advance(shard, sequenceOf(last));
  };
  while (going()) {
    if (lane.paused) await resumed();
    const batch = await lane.reader.next(BatchSize, () => !lane.paused);
    if (batch !== 'end') {
      await deliver(batch);
    } else {
      if (going()) checkpoints.finish(shard);
      return;
    }
  }
};
