import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Poison } from './entries.ts';

/** Puts what names a record that cannot be counted into a queue, for a person to look at; its images stay where they are. */
export const parkIn =
  (sqs: SQSClient, queueUrl: string) =>
  async ({ record, error }: Poison): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({
          error: error.message,
          keys: record.dynamodb?.Keys,
          sequenceNumber: record.dynamodb?.SequenceNumber,
        }),
      }),
    );
  };
