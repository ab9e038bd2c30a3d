import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { FunctionError, type LocalFunction } from '../lambda/functions.ts';
import { type StreamRecord, sequenceOf } from './stream-records.ts';

export type Batch = readonly StreamRecord[];

/**
 * What a fault test makes of a batch: steps one after the other, the batches of a step at the same time.
 * `[[batch]]` changes nothing, `[[batch], [batch]]` delivers twice, `[[batch, batch]]` twice at once.
 */
export type BatchTransform = (batch: Batch) => readonly (readonly Batch[])[];

export interface DeliverySettings {
  readonly target: LocalFunction;
  readonly bisect: boolean;
  /** -1: for ever. */
  readonly maximumRetries: number;
  /** -1: for ever. */
  readonly maximumAgeSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Takes what is given up. */
  readonly discard: (notice: object) => void;
  readonly shard: string;
  readonly streamArn: string;
  readonly transform: () => BatchTransform | undefined;
  /** Everything up to this sequence number is dealt with. */
  readonly advance: (sequence: string) => void;
  readonly pause: (ms: number) => Promise<void>;
  readonly going: () => boolean;
  readonly invoked: () => void;
  readonly report: (line: string) => void;
}

type Outcome =
  | { readonly kind: 'done' }
  /** Index of the first record that failed, as the function reports it. */
  | { readonly kind: 'partial'; readonly from: number }
  | { readonly kind: 'error'; readonly error: unknown };

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

const failures = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
});

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html */
const firstFailure = (batch: Batch, result: unknown): number => {
  if (result === null || result === undefined) return batch.length;
  const parsed = failures.safeParse(result);
  if (!parsed.success) return batch.length;
  const positions = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => {
    const at = batch.findIndex((record) => sequenceOf(record) === itemIdentifier);
    // An unknown or empty identifier fails the whole batch.
    return Math.max(0, at);
  });
  return Math.min(batch.length, ...positions);
};

const settle = async (work: readonly Promise<number>[]): Promise<number> => {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return Math.min(...results.map((result) => (result.status === 'fulfilled' ? result.value : 0)));
};

const invoke = async (settings: DeliverySettings, batch: Batch): Promise<Outcome> => {
  const steps = settings.transform()?.(batch) ?? [[batch]];
  try {
    let from = batch.length;
    for (const step of steps) {
      const positions = step.map(async (part) => {
        settings.invoked();
        const result = await settings.target.invoke({ Records: part });
        if (!settings.reportsItemFailures) return batch.length;
        const failed = part[firstFailure(part, result)];
        return failed === undefined ? batch.length : Math.max(0, batch.indexOf(failed));
      });
      from = Math.min(from, await settle(positions));
    }
    return from >= batch.length ? { kind: 'done' } : { kind: 'partial', from };
  } catch (error) {
    return { kind: 'error', error };
  }
};

/** What an on-failure destination receives. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
const notice = (
  settings: DeliverySettings,
  batch: Batch,
  condition: string,
  attempts: number,
  error?: unknown,
) => {
  const [first] = batch;
  const last = batch.at(-1);
  const arrival = (record: StreamRecord | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${settings.target.arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: error instanceof FunctionError ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: settings.shard,
      startSequenceNumber: first && sequenceOf(first),
      endSequenceNumber: last && sequenceOf(last),
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: batch.length,
      streamArn: settings.streamArn,
    },
  };
};

const splitByAge = (batch: Batch, maximumAgeSeconds: number): { old: Batch; young: Batch } => {
  if (maximumAgeSeconds < 0) return { old: [], young: batch };
  const horizon = Date.now() / 1000 - maximumAgeSeconds;
  const at = batch.findIndex((record) => record.dynamodb.ApproximateCreationDateTime >= horizon);
  const cut = at < 0 ? batch.length : at;
  return { old: batch.slice(0, cut), young: batch.slice(cut) };
};

const advanceTo = (settings: DeliverySettings, record: StreamRecord | undefined): void => {
  if (record) settings.advance(sequenceOf(record));
};

/** Delivers a batch until it is dealt with, as a stream's event source mapping does; returns early when stopped. */
export const deliverBatch = async (settings: DeliverySettings, given: Batch, tried = 0): Promise<void> => {
  let attempts = tried;
  let batch = given;
  while (settings.going()) {
    const { old, young } = splitByAge(batch, settings.maximumAgeSeconds);
    if (old.length > 0) {
      settings.discard(notice(settings, old, 'RecordAgeExceeded', attempts));
      advanceTo(settings, old.at(-1));
      batch = young;
    }
    if (batch.length === 0) return;
    const outcome = await invoke(settings, batch);
    if (outcome.kind === 'done') return advanceTo(settings, batch.at(-1));
    if (outcome.kind === 'partial' && outcome.from > 0) {
      advanceTo(settings, batch[outcome.from - 1]);
      batch = batch.slice(outcome.from);
      attempts = 0;
      continue;
    }
    if (outcome.kind === 'error') settings.report(messageOf(outcome.error));
    if (outcome.kind === 'error' && settings.bisect && batch.length > 1) {
      // A split is not counted as a retry.
      const half = Math.ceil(batch.length / 2);
      await deliverBatch(settings, batch.slice(0, half), attempts);
      return deliverBatch(settings, batch.slice(half), attempts);
    }
    attempts += 1;
    if (settings.maximumRetries >= 0 && attempts > settings.maximumRetries) {
      const error = outcome.kind === 'error' ? outcome.error : undefined;
      settings.discard(notice(settings, batch, 'RetryAttemptsExhausted', attempts, error));
      return advanceTo(settings, batch.at(-1));
    }
    await settings.pause(Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)));
  }
};
