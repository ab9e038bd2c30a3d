import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ownChannels } from '../shared/domain/subscriber.ts';
import { forEachOf } from '../shared/store/batches.ts';
import { subscriberKey } from '../shared/store/subscribers/keys.ts';
import { startTestEngine, type TestEngine } from '../test/engine/engine.ts';
import { table } from './report.ts';
import { rounded } from './statistics.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_BATCH = 25;
const WRITERS = 8;
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

/** What Lambda gives the function is 512 MB; a thread with a tenth of it dies if memory follows the number. */
const HEAP_MB = 48;
const YOUNG_MB = 8;

const planned = z.object({ recipients: z.number(), seconds: z.number(), heapMb: z.number() });

const planFor = async ({ documents, endpoint }: TestEngine, subscribers: number) => {
  const event = `of-${subscribers}`;
  await seed(documents, event, subscribers);
  const thread = new Worker(new URL('./planning-thread.ts', import.meta.url), {
    workerData: { event, endpoint },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const { recipients, seconds, heapMb } = planned.parse((await once(thread, 'message'))[0]);
  if (recipients !== subscribers) throw new Error(`planned for ${recipients} of ${subscribers}`);
  return { subscribers, seconds: rounded(seconds, 2), memoryMb: rounded(heapMb, 0) };
};

/** Plans an announcement for few and for many subscribers, on the engine: its memory should not follow their number. */
export const measurePlanning = async (sizes: readonly number[], say: (line: string) => void) => {
  const engine = await startTestEngine();
  try {
    const rows: Awaited<ReturnType<typeof planFor>>[] = [];
    for (const size of sizes) {
      say(`${size} subscribers`);
      rows.push(await planFor(engine, size));
    }
    return rows;
  } finally {
    await engine.stop();
  }
};

export const planningTable = (rows: Awaited<ReturnType<typeof measurePlanning>>): string =>
  table(
    ['subscribers', 'planned in s', 'heap at most, MB'],
    rows.map(({ subscribers, seconds, memoryMb }) => [
      String(subscribers),
      String(seconds),
      String(memoryMb),
    ]),
  );
