import { parentPort, workerData } from 'node:worker_threads';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { plan } from '../functions/plan/plan.ts';
import { deliveryLedger } from '../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../shared/store/subscribers/subscribers.ts';

const SAMPLE_MS = 5;
const { event, endpoint } = z.object({ event: z.string(), endpoint: z.string() }).parse(workerData);

const documents = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
);
let recipients = 0;
const run = plan({
  edition: async () => undefined,
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
const message = {
  TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${event}-en`,
  Message: JSON.stringify({
    source: `/events/${event}`,
    data: { announcementId: 'A', edition: 1, kind: 'award', topics: [] },
  }),
};
const records: SQSEvent = z.custom<SQSEvent>().parse({
  Records: [{ messageId: '1', body: JSON.stringify(message), attributes: { ApproximateReceiveCount: '1' } }],
});

let most = 0;
const sampling = setInterval(() => {
  most = Math.max(most, process.memoryUsage().heapUsed);
}, SAMPLE_MS);
const startedAt = performance.now();
const { batchItemFailures } = await run(records);
const seconds = (performance.now() - startedAt) / 1000;
clearInterval(sampling);
if (batchItemFailures.length > 0) throw new Error('not planned');
parentPort?.postMessage({ recipients, seconds, heapMb: most / 2 ** 20 });
