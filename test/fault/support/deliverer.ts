import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type Faults, Injected, type Life } from './faults.ts';

export type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** A new process with a memory of its own. */
export type StartProcess = () => { readonly life: Life; readonly handler: Handler };

const manoeuvres = [
  'delivered twice',
  'two copies at once',
  're-split',
  'each record twice in its batch',
  'given up while it still runs',
] as const;
const STRANGE_SHARE = 0.45;
const REWIND_SHARE = 0.08;
const LONGEST_REWIND = 60;
const LONGEST_BATCH = 40;
const MOST_ATTEMPTS = 400;

const sequenceOf = (record: DynamoDBRecord | undefined): string | undefined =>
  record?.dynamodb?.SequenceNumber;

/**
 * One shard of the stream and its event source mapping at its worst. What AWS guarantees it keeps: records in order,
 * and none before all earlier ones have succeeded. Everything else it does not.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const hostileLane = (records: readonly DynamoDBRecord[], faults: Faults, start: StartProcess) => {
  const { random } = faults;
  let process = start();
  let at = 0;
  let largest = LONGEST_BATCH;

  /** How many of the batch are dealt with. */
  const invoke = async (by: ReturnType<StartProcess>, batch: readonly DynamoDBRecord[]): Promise<number> => {
    const { batchItemFailures } = await by.handler({ Records: [...batch] });
    if (by.life.dead) throw new Injected('the process was killed');
    const failed = batchItemFailures[0]?.itemIdentifier;
    if (failed === undefined) return batch.length;
    const index = batch.findIndex((record) => sequenceOf(record) === failed);
    if (index < 0) throw new Error(`batchItemFailures names ${failed}, which is not in the batch`);
    return index;
  };

  const inParts = async (batch: readonly DynamoDBRecord[]): Promise<number> => {
    let done = 0;
    while (done < batch.length) {
      const part = batch.slice(done, done + random.whole(1, 7));
      const dealt = await invoke(process, part);
      done += dealt;
      if (dealt < part.length) break;
    }
    return done;
  };

  const deliver = async (batch: readonly DynamoDBRecord[]): Promise<number> => {
    if (!random.chance(STRANGE_SHARE)) return invoke(process, batch);
    const manoeuvre = random.pick(manoeuvres);
    faults.note(manoeuvre);
    switch (manoeuvre) {
      case 'delivered twice':
        await invoke(process, batch);
        return invoke(process, batch);
      case 'two copies at once': {
        const both = await Promise.allSettled([invoke(process, batch), invoke(start(), batch)]);
        return Math.min(...both.map((each) => (each.status === 'fulfilled' ? each.value : 0)));
      }
      case 're-split':
        await invoke(process, batch);
        return inParts(batch);
      case 'each record twice in its batch':
        return Math.floor(
          (await invoke(
            process,
            batch.flatMap((record) => [record, record]),
          )) / 2,
        );
      case 'given up while it still runs':
        faults.outlives(invoke(process, batch));
        process = start();
        return invoke(process, batch);
    }
  };

  return {
    /** Delivers all that is there now. */
    pump: async (): Promise<void> => {
      for (let attempts = 0; at < records.length; attempts += 1) {
        if (attempts > MOST_ATTEMPTS + records.length) throw new Error('the lane does not come to its end');
        const batch = records.slice(at, at + random.whole(1, largest));
        try {
          at += await deliver(batch);
          largest = LONGEST_BATCH;
        } catch (error) {
          if (!(error instanceof Injected)) throw error;
          // Bisected, as a mapping does with a batch whose function failed.
          largest = Math.max(1, Math.floor(batch.length / 2));
        }
        if (process.life.dead) process = start();
        if (random.chance(REWIND_SHARE)) {
          faults.note('delivered again from an earlier record');
          at = Math.max(0, at - random.whole(1, LONGEST_REWIND));
        }
      }
    },
  };
};
