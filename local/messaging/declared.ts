import type { Assembly } from '../assembly/assembly.ts';
import { LOCAL, localArn } from '../assembly/intrinsics.ts';
import type { QueueStore, Subscription, TopicStore } from './fauxqs.ts';

const textual = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Template properties as SNS and SQS attributes: all text. */
const attributesOf = (
  properties: Readonly<Record<string, unknown>>,
  without: readonly string[],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([key, value]) => value !== undefined && !without.includes(key))
      .map(([key, value]) => [key, textual(value)]),
  );

/** Queue URLs carry the port, which may be another one than at the last start. */
export const createWithPresentUrl = (queues: QueueStore, queueUrl: (name: string) => string): void => {
  const create = queues.createQueue.bind(queues);
  queues.createQueue = (name, _url, ...rest) => create(name, queueUrl(name), ...rest);
};

export const declareQueues = (
  queues: QueueStore,
  assembly: Pick<Assembly, 'queues'>,
  queueUrl: (name: string) => string,
): void => {
  for (const { name, properties } of assembly.queues) {
    const attributes = attributesOf(properties, ['QueueName']);
    const queue = queues.getQueueByName(name);
    // Creating it again would delete its messages: the store's insert replaces the row that they hang on.
    if (queue) queue.setAttributes(attributes);
    else queues.createQueue(name, queueUrl(name), localArn('sqs', name), attributes);
  }
};

export const declareTopics = (
  topics: TopicStore,
  assembly: Pick<Assembly, 'topics' | 'subscriptions'>,
  changed: (subscription: Subscription) => void,
): void => {
  for (const { name, properties } of assembly.topics) {
    if (!topics.topics.has(localArn('sns', name))) {
      topics.createTopic(name, attributesOf(properties, ['TopicName']), undefined, LOCAL.region);
    }
  }
  for (const { properties } of assembly.subscriptions) {
    const { TopicArn, Protocol, Endpoint } = properties;
    const attributes = attributesOf(properties, ['TopicArn', 'Protocol', 'Endpoint']);
    const present = [...topics.subscriptions.values()].find(
      (found) => found.topicArn === TopicArn && found.protocol === Protocol && found.endpoint === Endpoint,
    );
    if (present) {
      present.attributes = attributes;
      present.parsedFilterPolicy = undefined;
      topics.persistence?.updateSubscriptionAttributes(present.arn, attributes);
    } else {
      const made = topics.subscribe(TopicArn, Protocol, Endpoint, attributes);
      if (made) changed(made);
    }
  }
};
