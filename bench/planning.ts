import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { plan } from '../functions/plan/plan.ts';
import { ownChannels } from '../shared/domain/subscriber.ts';
import { forEachOf } from '../shared/store/batches.ts';
import { deliveryLedger } from '../shared/store/subscribers/delivery-ledger.ts';
import { subscriberKey } from '../shared/store/subscribers/keys.ts';
import { subscriberStore } from '../shared/store/subscribers/subscribers.ts';
import { startTestEngine } from '../test/engine/engine.ts';
import { table } from './report.ts';
import { rounded } from './statistics.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_BATCH = 25;
const WRITERS = 8;
const SAMPLE_MS = 5;
/** Of an address that is sealed. */
const ENDPOINT = 'x'.repeat(160);

const subscriber = (event: string, number: number) => {
  const subscriptionId = `s${String(number).padStart(21, '0')}`;
  return {
    ...subscriberKey(event, subscriptionId),
    subscriptionId,
    channel: ownChannels[number % ownChannels.length],
    status: 'confirmed',
    endpoint: ENDPOINT,
    language: 'en',
    askedAt: 0,
    secretVersion: 1,
    rotatedAt: 0,
  };
};

const seed = (documents: DynamoDBDocumentClient, event: string, subscribers: number): Promise<void> =>
  forEachOf(
    Array.from({ length: Math.ceil(subscribers / MAX_BATCH) }, (_, batch) => batch * MAX_BATCH),
    async (first) => {
      const Item = Array.from({ length: Math.min(MAX_BATCH, subscribers - first) }, (_, index) =>
        subscriber(event, first + index),
      );
      const Subscribers = Item.map((one) => ({ PutRequest: { Item: one } }));
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { Subscribers } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('the engine is full');
    },
    WRITERS,
  );

const announcementTo = (event: string): SQSEvent =>
  z.custom<SQSEvent>().parse({
    Records: [
      {
        messageId: '1',
        body: JSON.stringify({
          TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${event}-en`,
          Message: JSON.stringify({
            source: `/events/${event}`,
            data: { announcementId: 'A', edition: 1, kind: 'award', topics: [] },
          }),
        }),
      },
    ],
  });

const planFor = async (documents: DynamoDBDocumentClient, subscribers: number) => {
  const event = `of-${subscribers}`;
  await seed(documents, event, subscribers);
  let recipients = 0;
  const run = plan({
    subscribers: subscriberStore(documents, 'Subscribers'),
    ledger: deliveryLedger(documents, 'Subscribers'),
    // Where the tasks go to is another process's memory.
    queues: {
      send: async (tasks) => {
        for (const task of tasks) if (task.kind === 'edition') recipients += task.subscriptionIds.length;
      },
    },
    postpone: async () => undefined,
    topicPrefix: 'turnout',
    clock: Date.now,
  });
  let most = process.memoryUsage().rss;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, SAMPLE_MS);
  const startedAt = performance.now();
  const { batchItemFailures } = await run(announcementTo(event));
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(sampling);
  if (batchItemFailures.length > 0 || recipients !== subscribers)
    throw new Error(`planned for ${recipients} of ${subscribers}`);
  return { subscribers, seconds: rounded(seconds, 2), memoryMb: rounded(most / 2 ** 20, 0) };
};

/** Plans an announcement for few and for many subscribers, on the engine: its memory should not follow their number. */
export const measurePlanning = async (sizes: readonly number[], say: (line: string) => void) => {
  const engine = await startTestEngine();
  try {
    const rows: Awaited<ReturnType<typeof planFor>>[] = [];
    for (const size of sizes) {
      say(`${size} subscribers`);
      rows.push(await planFor(engine.documents, size));
    }
    return rows;
  } finally {
    await engine.stop();
  }
};

export const planningTable = (rows: Awaited<ReturnType<typeof measurePlanning>>): string =>
  table(
    ['subscribers', 'planned in s', 'memory at most, MB'],
    rows.map(({ subscribers, seconds, memoryMb }) => [
      String(subscribers),
      String(seconds),
      String(memoryMb),
    ]),
  );
