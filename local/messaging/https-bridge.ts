import { timingSafeEqual } from 'node:crypto';
import { type BridgeOptions, tokenOf } from './bridge-context.ts';
import type { Subscription } from './fauxqs.ts';
import { carriers, isCarrierQueue } from './https-carriers.ts';
import { confirmer } from './https-confirming.ts';

export interface HttpsBridge {
  /** Brings the hidden queues in line with the subscriptions; after every change of them. */
  reconcile(): void;
  /** Sends the confirmation request of a pending subscription, with retries. */
  requestConfirmation(subscription: Subscription): void;
  /** The subscription of a confirmation token. */
  subscriptionOf(topicArn: string, token: string): Subscription | undefined;
  /** Messages that are not delivered and not given up. */
  pending(): number;
  stop(): Promise<void>;
}

/**
 * Delivers to https subscriptions, which fauxqs does not: a hidden queue with the subscription's filter
 * receives what it is to get, and is emptied by signed posts.
 */
export const httpsBridge = (options: BridgeOptions): HttpsBridge => {
  const { topics, queues } = options;
  const stopping = new AbortController();
  const context = { ...options, stopping: stopping.signal };
  const { reconcile, ended } = carriers(context);

  return {
    reconcile,
    requestConfirmation: confirmer(context),
    subscriptionOf: (topicArn, token) =>
      [...topics.subscriptions.values()].find((subscription) => {
        const expected = Buffer.from(tokenOf(options, subscription.arn));
        const given = Buffer.from(token);
        return (
          subscription.topicArn === topicArn &&
          given.length === expected.length &&
          timingSafeEqual(given, expected)
        );
      }),
    pending: () =>
      [...queues.allQueues()]
        .filter(isCarrierQueue)
        .reduce((sum, queue) => sum + queue.messages.length + queue.inflightMessages.size, 0),
    stop: async () => {
      stopping.abort();
      for (const queue of queues.allQueues()) queue.cancelWaiters();
      await ended();
    },
  };
};
