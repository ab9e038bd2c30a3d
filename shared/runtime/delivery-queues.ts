import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { type OwnChannel, ownChannels } from '../domain/subscriber.ts';
import { MAX_DELAY_SECONDS, sendAll } from './send-all.ts';

/** Subscribers of a channel that get an edition; small enough that one task ends well within its function's time. */
export const MAX_RECIPIENTS = 25;

/** To send: an edition to some subscribers, or a request to confirm. Ids only: no address travels in a queue. */
const task = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('edition'),
    channel: z.enum(ownChannels),
    event: z.string(),
    announcementId: z.string(),
    edition: z.int(),
    subscriptionIds: z.array(z.string()),
    /** 1 for the first. */
    attempt: z.int(),
    /** A try before this one failed by our own fault: nobody is stopped when the last one fails, too. */
    ours: z.optional(z.literal(true)),
    /** Ms since 1970; SQS delays for 15 minutes at most, so an earlier arrival goes back to the queue. */
    notBefore: z.int(),
  }),
  z.object({
    kind: z.literal('confirmation'),
    channel: z.enum(ownChannels),
    event: z.string(),
    subscriptionId: z.string(),
    attempt: z.int(),
    notBefore: z.int(),
  }),
]);
export const deliveryTask = task;
export type DeliveryTask = z.infer<typeof task>;
export type EditionTask = Extract<DeliveryTask, { kind: 'edition' }>;

const SETTING_OF = {
  email: 'EMAIL_QUEUE_URL',
  webhook: 'WEBHOOK_QUEUE_URL',
  push: 'PUSH_QUEUE_URL',
} as const satisfies Record<OwnChannel, string>;
type QueueSettings = Readonly<Record<(typeof SETTING_OF)[OwnChannel], string>>;

/** One queue a channel: a slow one holds up no other. */
export const deliveryQueues = (sqs: SQSClient, settings: QueueSettings) => ({
  /** @throws {NotQueuedError} */
  send: async (tasks: readonly DeliveryTask[], now: number): Promise<void> => {
    for (const channel of ownChannels) {
      const messages = tasks
        .filter((one) => one.channel === channel)
        .map((one) => ({
          body: JSON.stringify(one),
          delaySeconds: Math.min(MAX_DELAY_SECONDS, (one.notBefore - now) / 1000),
        }));
      if (messages.length > 0) await sendAll(sqs, settings[SETTING_OF[channel]], messages);
    }
  },
});
export type DeliveryQueues = ReturnType<typeof deliveryQueues>;
