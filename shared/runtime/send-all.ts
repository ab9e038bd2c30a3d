import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_BATCH = 10;
const MAX_TRIES = 3;
/** SQS delays nothing longer. */
export const MAX_DELAY_SECONDS = 900;

export interface Outgoing {
  readonly body: string;
  /** 0 to 900; more is cut to that. */
  readonly delaySeconds: number;
}

/** Messages that the queue did not take. */
export class NotQueuedError extends Error {
  override readonly name = 'NotQueuedError';
}

/**
 * Puts messages on a queue, ten a request; each part that is refused is sent again.
 * @throws {NotQueuedError} when some were refused again and again; the others are on the queue
 */
export const sendAll = async (
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Outgoing[],
): Promise<void> => {
  const refused: string[] = [];
  for (let start = 0; start < messages.length; start += MAX_BATCH) {
    refused.push(...(await sendBatch(sqs, queueUrl, messages.slice(start, start + MAX_BATCH))));
  }
  if (refused.length > 0) {
    throw new NotQueuedError(`${refused.length} messages not queued: ${[...new Set(refused)].join(', ')}`);
  }
};

/** @returns why the ones that remained were refused; the answer is 200 even when entries failed */
const sendBatch = async (
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Outgoing[],
): Promise<string[]> => {
  let entries = messages.map(({ body, delaySeconds }, index) => ({
    Id: String(index),
    MessageBody: body,
    DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds))),
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
