import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** How far ahead wake-ups are put on the queue; `release` runs each minute, so each is seen at least once. */
export const RELEASE_WINDOW_MS = 120_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_BATCH = 10;
const MAX_DELAY_SECONDS = 900;
const MAX_TRIES = 3;

/** A wake-up of a scheduled announcement; `publishAt` is in ms and tells whether the plan still holds. */
export const dueMessage = z.object({ event: z.string(), announcementId: z.string(), publishAt: z.int() });
export type DueMessage = z.infer<typeof dueMessage>;

/** Wake-ups that the queue did not take. */
export class DueNotQueuedError extends Error {
  override readonly name = 'DueNotQueuedError';
}

/** Puts wake-ups on the queue with the delay that is left, rounded up: a little late, never early. */
export const dueQueue = (sqs: SQSClient, queueUrl: string) => ({
  /** @throws {DueNotQueuedError} when some were refused again and again; the others are on the queue */
  send: async (messages: readonly DueMessage[], now: number): Promise<void> => {
    let refused: string[] = [];
    for (let start = 0; start < messages.length; start += MAX_BATCH) {
      refused = [
        ...refused,
        ...(await sendBatch(sqs, queueUrl, messages.slice(start, start + MAX_BATCH), now)),
      ];
    }
    if (refused.length > 0) {
      throw new DueNotQueuedError(
        `${refused.length} wake-ups not queued: ${[...new Set(refused)].join(', ')}`,
      );
    }
  },
});
export type DueQueue = ReturnType<typeof dueQueue>;

/** @returns why the ones that remained were refused; the answer is 200 even when entries failed */
const sendBatch = async (
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly DueMessage[],
  now: number,
): Promise<string[]> => {
  let entries = messages.map((message, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(message),
    DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil((message.publishAt - now) / 1000))),
  }));
  for (let attempt = 1; ; attempt += 1) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    if (Failed.length === 0 || attempt === MAX_TRIES) return Failed.map(({ Code }) => Code ?? 'unknown');
    const failed = new Set(Failed.map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => failed.has(Id));
  }
};
