import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { log } from './log.ts';

const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15 * 60;

/** Lets a message be received again after a while. */
export type Postpone = (record: SQSRecord, seconds: number) => Promise<unknown>;

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 * @param queueUrls of all queues that messages may come from
 */
export const postponeIn =
  (sqs: SQSClient, queueUrls: readonly string[]): Postpone =>
  ({ eventSourceARN, receiptHandle }, seconds) => {
    const name = eventSourceARN.split(':').at(-1);
    return sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrls.find((url) => url.endsWith(`/${name}`)),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  };

/** 2 s before the second try, and twice as long before each later one. */
const pauseBefore = ({ attributes }: SQSRecord): number =>
  Math.min(
    LONGEST_PAUSE_SECONDS,
    FIRST_PAUSE_SECONDS * 2 ** (Number(attributes.ApproximateReceiveCount) - 1),
  );

/**
 * Handles each message by itself, all of a batch side by side. One that fails comes back in seconds, rather than when
 * the queue's visibility timeout ends, which is for a function that died: many minutes.
 * @param failed what the log says of it
 */
export const eachMessage =
  (postpone: Postpone, failed: string, handle: (body: string) => Promise<void>) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = Records.map(async (record) => {
      const { messageId, body } = record;
      try {
        await handle(body);
        return [];
      } catch (error) {
        log.warn(failed, { messageId, error: error instanceof Error ? error.name : 'unknown' });
        await postpone(record, pauseBefore(record)).catch((reason: unknown) =>
          log.warn('a message waits for its visibility timeout', {
            messageId,
            error: reason instanceof Error ? reason.name : 'unknown',
          }),
        );
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: (await Promise.all(failures)).flat() };
  };
