import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { sendAll } from './send-all.ts';

/** How far ahead wake-ups are put on the queue; `release` runs each minute, so each is seen at least once. */
export const RELEASE_WINDOW_MS = 120_000;

/** A wake-up of a scheduled announcement; `publishAt` is in ms and tells whether the plan still holds. */
export const dueMessage = z.object({ event: z.string(), announcementId: z.string(), publishAt: z.int() });
export type DueMessage = z.infer<typeof dueMessage>;

/** Puts wake-ups on the queue with the delay that is left, rounded up: a little late, never early. */
export const dueQueue = (sqs: SQSClient, queueUrl: string) => ({
  /** @throws {NotQueuedError} when some were refused again and again; the others are on the queue */
  send: (messages: readonly DueMessage[], now: number): Promise<void> =>
    sendAll(
      sqs,
      queueUrl,
      messages.map((message) => ({
        body: JSON.stringify(message),
        delaySeconds: (message.publishAt - now) / 1000,
      })),
    ),
});
export type DueQueue = ReturnType<typeof dueQueue>;
