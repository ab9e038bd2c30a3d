import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { giveBack, type Queue, type QueueMessage, type QueueStore } from '../messaging/fauxqs.ts';
import { eventFilter } from './event-filter.ts';

type Mapping = Assembly['mappings'][number];

export interface QueueMappings {
  /** Whether no mapped queue has visible or in-flight messages. */
  isDry(): boolean;
  stop(): Promise<void>;
}

export interface QueueOptions {
  readonly queues: QueueStore;
  readonly functionOf: (name: string) => LocalFunction;
  /** Whether functions have to yield to doors. */
  readonly doorsAreBusy: () => boolean;
  readonly invoked: () => void;
  readonly report: (line: string) => void;
}

export const isQueueMapping = ({ properties }: Mapping): boolean =>
  properties.EventSourceArn.includes(':sqs:');

const LONG_POLL_SECONDS = 20;
/** More are not made at once: what hundreds of senders ask of the engine, a door would wait behind. */
const MAX_CONCURRENCY = 2;
/** While doors are busy a function gets so few messages at once, and rests so many times as long as they took. */
const YIELDING_BATCH = 2;
const YIELDING_REST = 5;
const LONGEST_REST_MS = 2_000;

const failures = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
});

const attributesOf = (queue: Queue, received: QueueMessage) => {
  const stored = queue.inflightMessages.get(received.ReceiptHandle)?.message;
  return {
    ApproximateReceiveCount: String(stored?.approximateReceiveCount ?? 1),
    SentTimestamp: String(stored?.sentTimestamp ?? 0),
    SenderId: LOCAL.account,
    ApproximateFirstReceiveTimestamp: String(stored?.approximateFirstReceiveTimestamp ?? 0),
  };
};

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const recordOf = (queue: Queue, received: QueueMessage) => ({
  messageId: received.MessageId,
  receiptHandle: received.ReceiptHandle,
  body: received.Body,
  attributes: attributesOf(queue, received),
  messageAttributes: Object.fromEntries(
    Object.entries(received.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
      },
    ]),
  ),
  md5OfBody: received.MD5OfBody,
  ...(received.MD5OfMessageAttributes && { md5OfMessageAttributes: received.MD5OfMessageAttributes }),
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: LOCAL.region,
});

const bodyForFilter = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

/** Message ids that stay in the queue. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
const failedIds = (result: unknown, batch: readonly QueueMessage[]): ReadonlySet<string> => {
  const reported = failures.safeParse(result).data?.batchItemFailures ?? [];
  const known = new Set(batch.map(({ MessageId }) => MessageId));
  const ids = reported.map(({ itemIdentifier }) => itemIdentifier ?? '');
  return ids.every((id) => known.has(id)) ? new Set(ids) : known;
};

/** Takes batches from a queue; a function that yields gets small ones. */
const batchesOf = (
  queue: Queue,
  size: number,
  { queues, yields }: { readonly queues: QueueStore; readonly yields: () => boolean },
) => {
  const deadLetters = (arn: string) => queues.getQueueByArn(arn);
  const receive = (): QueueMessage[] => {
    const max = yields() ? Math.min(size, YIELDING_BATCH) : size;
    const received: QueueMessage[] = [];
    while (received.length < max) {
      // The queue gives ten at most at once.
      const some = queue.dequeue(Math.min(10, max - received.length), undefined, deadLetters);
      if (some.length === 0) return received;
      received.push(...some);
    }
    return received;
  };
  return async (): Promise<QueueMessage[]> => {
    const batch = receive();
    if (batch.length > 0) return batch;
    await queue.waitForMessages(LONG_POLL_SECONDS);
    return receive();
  };
};

/** Hands the messages of one queue to its function until it is told to stop. */
const runMapping = async (
  { logicalId, properties }: Mapping,
  queue: Queue,
  { queues, functionOf, doorsAreBusy, invoked, report }: QueueOptions,
  stopping: AbortSignal,
): Promise<void> => {
  const target = functionOf(functionNameOf(properties.FunctionName));
  const passes = eventFilter((properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern));
  const nextBatch = batchesOf(queue, properties.BatchSize, { queues, yields: doorsAreBusy });

  const handle = async (received: readonly QueueMessage[]): Promise<void> => {
    const batch = received.filter((message) => {
      const wanted = passes({ ...recordOf(queue, message), body: bodyForFilter(message.Body) });
      if (!wanted) queue.deleteMessage(message.ReceiptHandle);
      return wanted;
    });
    if (batch.length === 0) return;
    invoked();
    try {
      const result = await target.invoke({ Records: batch.map((message) => recordOf(queue, message)) });
      const failed = failedIds(result, batch);
      for (const { MessageId, ReceiptHandle } of batch) {
        if (!failed.has(MessageId)) queue.deleteMessage(ReceiptHandle);
      }
    } catch (error) {
      report(`${logicalId}: ${messageOf(error)}`);
    }
  };

  const limit = Math.min(MAX_CONCURRENCY, properties.ScalingConfig?.MaximumConcurrency ?? MAX_CONCURRENCY);
  const underWay = new Set<Promise<void>>();
  while (!stopping.aborted) {
    const batch = await nextBatch();
    if (batch.length === 0) continue;
    const startedAt = performance.now();
    const work = handle(batch).finally(() => underWay.delete(work));
    underWay.add(work);
    if (doorsAreBusy()) {
      await work;
      const restMs = Math.min(LONGEST_REST_MS, YIELDING_REST * (performance.now() - startedAt));
      await sleep(restMs, undefined, { signal: stopping }).catch(() => undefined);
    } else if (underWay.size >= limit) await Promise.race(underWay);
  }
  await Promise.allSettled(underWay);
};

/** Event source mappings of SQS queues: what fails becomes visible again, and is moved by the queue's redrive policy. */
export const startQueueMappings = (mappings: readonly Mapping[], options: QueueOptions): QueueMappings => {
  const { queues, report } = options;
  const stopping = new AbortController();
  const mapped = new Set<Queue>();

  const running = mappings.map((mapping) => {
    const queue = queues.getQueueByArn(mapping.properties.EventSourceArn);
    if (!queue) throw new Error(`${mapping.logicalId}: no queue ${mapping.properties.EventSourceArn}`);
    giveBack(queue);
    mapped.add(queue);
    return runMapping(mapping, queue, options, stopping.signal).catch((error) =>
      report(`${mapping.logicalId}: ${messageOf(error)}`),
    );
  });

  return {
    isDry: () =>
      [...mapped].every(({ messages, inflightMessages }) => messages.length + inflightMessages.size === 0),
    stop: async () => {
      stopping.abort();
      for (const queue of mapped) queue.cancelWaiters();
      await Promise.all(running);
    },
  };
};
