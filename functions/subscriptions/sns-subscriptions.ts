import {
  FilterPolicyLimitExceededException,
  InvalidParameterException,
  InvalidParameterValueException,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  SubscribeCommand,
  SubscriptionLimitExceededException,
  ThrottledException,
} from '@aws-sdk/client-sns';
import { Problem } from '../../shared/contract/problem.ts';
import type { Endpoint } from './endpoint.ts';

export interface Narrowing {
  readonly kinds?: readonly string[] | undefined;
  readonly topics?: readonly string[] | undefined;
}

export interface SubscriptionCount {
  readonly protocol: string;
  readonly status: 'pending' | 'confirmed';
  readonly count: number;
}

/**
 * Three quarters of an hour: SNS allows one, and by itself gives a webhook up after three tries in a minute,
 * which a restart of it can take. Not for loopback, where the embedded host has a shorter one.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
const WEBHOOK_RETRIES = JSON.stringify({
  healthyRetryPolicy: {
    minDelayTarget: 1,
    maxDelayTarget: 60,
    numRetries: 55,
    numNoDelayRetries: 3,
    numMinDelayRetries: 2,
    numMaxDelayRetries: 40,
    backoffFunction: 'exponential',
  },
});

const deliveryPolicy = ({ protocol, loopback }: Endpoint): Record<string, string> =>
  protocol === 'sqs' || loopback ? {} : { DeliveryPolicy: WEBHOOK_RETRIES };

/** Only who narrows gets a filter policy: a topic may have 200. https://docs.aws.amazon.com/general/latest/gr/sns.html */
const filterPolicy = ({ kinds, topics }: Narrowing): Record<string, string> =>
  kinds || topics
    ? {
        FilterPolicy: JSON.stringify({
          ...(kinds && { kind: [...new Set(kinds)].sort() }),
          ...(topics && { topics: [...new Set(topics)].sort() }),
        }),
      }
    : {};

/**
 * What SNS says when the endpoint is subscribed with another filter. A stranger must neither learn this nor
 * change the filter, so it counts as done.
 */
const existsOtherwise = (error: unknown): boolean =>
  error instanceof InvalidParameterException &&
  /already exists with different attributes/i.test(error.message);

const asProblem = (error: unknown): unknown => {
  if (error instanceof FilterPolicyLimitExceededException) {
    return new Problem(
      'conflict',
      'No more narrowed subscriptions fit in this language. Subscribe without kinds and topics, and filter by the message attributes kind and topics.',
      { cause: error },
    );
  }
  if (error instanceof SubscriptionLimitExceededException) {
    return new Problem('conflict', 'No more subscriptions fit in this language. Use the feeds instead.', {
      cause: error,
    });
  }
  if (
    error instanceof ThrottledException ||
    (error instanceof Error && error.name === 'ThrottlingException')
  ) {
    return new Problem('too-many-requests', 'Too many subscriptions at once. Try again in a moment.', {
      headers: { 'retry-after': '2' },
      cause: error,
    });
  }
  if (error instanceof InvalidParameterException || error instanceof InvalidParameterValueException) {
    const detail = 'is not an endpoint that SNS can deliver to';
    return new Problem('validation', `The body is not valid: /endpoint ${detail}`, {
      errors: [{ pointer: '/endpoint', detail }],
      cause: error,
    });
  }
  if (error instanceof NotFoundException) {
    return new Problem('unavailable', 'The topic of this language is not there yet. Try again shortly.', {
      headers: { 'retry-after': '30' },
      cause: error,
    });
  }
  return error;
};

/** Subscriptions live in SNS alone: nothing about a subscriber is stored twice. */
export const snsSubscriptions = (sns: SNSClient, deadQueueArn: string) => ({
  /**
   * Idempotent; a webhook that has not confirmed yet is asked again.
   * @throws {Problem} what SNS will not take, in words for the subscriber
   */
  subscribe: async (topicArn: string, endpoint: Endpoint, narrowing: Narrowing): Promise<void> => {
    try {
      await sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: endpoint.protocol,
          Endpoint: endpoint.address,
          ReturnSubscriptionArn: true,
          Attributes: {
            RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadQueueArn }),
            ...deliveryPolicy(endpoint),
            ...filterPolicy(narrowing),
          },
        }),
      );
    } catch (error) {
      if (!existsOtherwise(error)) throw asProblem(error);
    }
  },

  /** Counts of one topic; an unknown topic has none. */
  count: async (topicArn: string): Promise<SubscriptionCount[]> => {
    const counts = new Map<string, SubscriptionCount>();
    try {
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
        { client: sns },
        { TopicArn: topicArn },
      )) {
        for (const { Protocol = 'unknown', SubscriptionArn } of Subscriptions) {
          if (SubscriptionArn === 'Deleted') continue;
          const status = SubscriptionArn === 'PendingConfirmation' ? 'pending' : 'confirmed';
          const protocol = Protocol === 'http' ? 'https' : Protocol;
          const key = `${protocol} ${status}`;
          counts.set(key, { protocol, status, count: (counts.get(key)?.count ?? 0) + 1 });
        }
      }
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
    return [...counts.values()];
  },
});
export type SnsSubscriptions = ReturnType<typeof snsSubscriptions>;
