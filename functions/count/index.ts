import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readEnv } from '../../shared/runtime/env.ts';
import { countStore } from '../../shared/store/counts.ts';
import { count } from './count.ts';
import { names } from './env.ts';

const env = readEnv(names);
const queues = new SQSClient({});

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
  publish: async () => {},
  clock: Date.now,
});
