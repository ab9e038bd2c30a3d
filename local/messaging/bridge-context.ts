import { createHmac } from 'node:crypto';
import { policyOf, type RetryPolicy, retryDelays } from './delivery-policy.ts';
import type { QueueStore, Subscription, TopicStore } from './fauxqs.ts';
import type { Signer } from './sns-signing.ts';

export interface BridgeOptions {
  readonly topics: TopicStore;
  readonly queues: QueueStore;
  readonly newMessage: (body: string, attributes?: object) => object;
  readonly signer: Signer;
  readonly tokenKey: string;
  /** `GET` here with SNS's query parameters confirms and unsubscribes. */
  readonly actionUrl: string;
  readonly queueUrl: (name: string) => string;
  readonly retries?: RetryPolicy | undefined;
  readonly report: (line: string) => void;
}

/** What the parts of the bridge share. */
export interface BridgeContext extends BridgeOptions {
  /** Aborted when the host stops. */
  readonly stopping: AbortSignal;
}

export const tokenOf = ({ tokenKey }: BridgeOptions, arn: string): string =>
  createHmac('sha256', tokenKey).update(arn).digest('hex');

/** Waits between the tries of a subscription, in s. */
export const delaysOf = ({ retries, topics }: BridgeOptions, subscription: Subscription): number[] =>
  retryDelays(
    retries ??
      policyOf(
        subscription.attributes['DeliveryPolicy'],
        topics.topics.get(subscription.topicArn)?.attributes['DeliveryPolicy'],
      ),
  );

export const actionUrl = (
  options: BridgeOptions,
  action: string,
  parameters: Readonly<Record<string, string>>,
): string => `${options.actionUrl}?${new URLSearchParams({ Action: action, ...parameters })}`;
