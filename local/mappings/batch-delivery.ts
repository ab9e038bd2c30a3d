import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
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

const advanceTo = (settings: DeliverySettings, record: StreamRecord | undefined): void => {
  if (record) settings.advance(sequenceOf(record));
};

/**
 * Delivers a batch until it is dealt with, for ever if need be, as a stream's event source mapping does; returns
 * early when stopped.
 */
export const deliverBatch = async (settings: DeliverySettings, given: Batch): Promise<void> => {
  let attempts = 0;
  let batch = given;
  while (settings.going()) {
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
      const half = Math.ceil(batch.length / 2);
      await deliverBatch(settings, batch.slice(0, half));
      return deliverBatch(settings, batch.slice(half));
    }
    attempts += 1;
    await settings.pause(Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)));
  }
};
