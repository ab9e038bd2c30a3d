import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readEnv } from '../../shared/runtime/env.ts';
import { appSyncSender } from '../../shared/runtime/live/appsync.ts';
import { livePublisher } from '../../shared/runtime/live/publisher.ts';
import { countStore } from '../../shared/store/counts.ts';
import { count } from './count.ts';
import { settings } from './function.ts';

const env = readEnv(settings);
const queues = new SQSClient({});

/** Lambda's own, of the function's role. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const fromRuntime = (name: string): string => process.env[name] ?? '';
const sessionToken = fromRuntime('AWS_SESSION_TOKEN');

const publish = livePublisher({
  send: appSyncSender({
    url: env.LIVE_HTTP_URL,
    region: fromRuntime('AWS_REGION'),
    credentials: {
      accessKeyId: fromRuntime('AWS_ACCESS_KEY_ID'),
      secretAccessKey: fromRuntime('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken !== '' && { sessionToken }),
    },
  }),
  clock: () => performance.now(),
  now: Date.now,
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
});

export const handler = count({
  counts: countStore(new DynamoDBClient({ maxAttempts: 5 }), env.COUNTS_TABLE),
  park: async ({ record, error }) => {
    await queues.send(
      new SendMessageCommand({
        QueueUrl: env.PARKED_QUEUE_URL,
        MessageBody: JSON.stringify({
          error: error.message,
          keys: record.dynamodb?.Keys,
          sequenceNumber: record.dynamodb?.SequenceNumber,
        }),
      }),
    );
  },
  publish,
  clock: Date.now,
});
