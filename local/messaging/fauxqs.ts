import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { nativeImport, packageFile } from '../engine/native-import.ts';

/**
 * The parts of fauxqs that its package does not export: with `startFauxqs` it would listen on every
 * interface, and SNS could not be taught to deliver to https.
 */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  >;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
  readonly approximateFirstReceiveTimestamp?: number;
}

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messages: readonly StoredMessage[];
  readonly delayedMessages: readonly StoredMessage[];
  readonly inflightMessages: ReadonlyMap<string, { readonly message: StoredMessage }>;
  persistence?: Persistence;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  enqueue(message: object): void;
  dequeue(
    max: number,
    visibilitySeconds: number | undefined,
    deadLetters: (arn: string) => Queue | undefined,
  ): QueueMessage[];
  deleteMessage(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, seconds: number): void;
  waitForMessages(seconds: number): Promise<void>;
  getAttribute(name: string): string | undefined;
  cancelWaiters(): void;
}

/** What a consumer that is gone with its host had taken may be taken again at once. */
export const giveBack = (queue: Queue): void => {
  for (const handle of [...queue.inflightMessages.keys()]) queue.changeVisibility(handle, 0);
};

export interface QueueStore {
  persistence?: Persistence;
  region?: string;
  host?: string | undefined;
  createQueue(name: string, url: string, arn: string, attributes?: Readonly<Record<string, string>>): Queue;
  deleteQueue(url: string): boolean;
  allQueues(): Iterable<Queue>;
  getQueueByName(name: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
  attributes: Record<string, string>;
  parsedFilterPolicy?: Record<string, unknown> | undefined;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly attributes: Record<string, string>;
}

interface SubscriptionPage {
  subscriptions: Subscription[];
  nextToken?: string;
}

export interface TopicStore {
  persistence?: Persistence;
  region?: string;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  createTopic(
    name: string,
    attributes?: Record<string, string>,
    tags?: Record<string, string>,
    region?: string,
  ): Topic;
  subscribe(
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes?: Record<string, string>,
  ): Subscription | undefined;
  unsubscribe(arn: string): boolean;
  getSubscription(arn: string): Subscription | undefined;
  listSubscriptions(nextToken?: string): SubscriptionPage;
  listSubscriptionsByTopic(topicArn: string, nextToken?: string): SubscriptionPage;
}

export interface Persistence {
  readonly db: DatabaseSync;
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(queues: QueueStore, topics: TopicStore): void;
  updateSubscriptionAttributes(arn: string, attributes: Record<string, string>): void;
  /** Inserts or replaces. */
  insertSubscription(subscription: Subscription): void;
  close(): void;
}

type QueueStoreClass = (new () => QueueStore) & {
  createMessage(body: string, attributes?: object): object;
};

const classOf = <T>() => z.custom<T>((value) => typeof value === 'function');
const internals = {
  queues: z.object({ SqsStore: classOf<QueueStoreClass>() }),
  topics: z.object({ SnsStore: classOf<new () => TopicStore>() }),
  publish: z.object({ publish: classOf<Fauxqs['publish']>() }),
  persistence: z.object({ PersistenceManager: classOf<new (folder: string) => Persistence>() }),
};

const load = async <T extends z.ZodType>(schema: T, file: string): Promise<z.output<T>> => {
  const module = z.looseObject({}).parse(await nativeImport(packageFile('fauxqs', `dist/${file}`)));
  return schema.parse({ ...module });
};

/** What buildApp takes, in its own types. */
type BuildOptions = NonNullable<Parameters<typeof buildApp>[0]>;
const stores = z.custom<NonNullable<BuildOptions['stores']>>((value) => typeof value === 'object');

export interface Fauxqs {
  readonly SnsStore: new () => TopicStore;
  queues(): QueueStore;
  persistence(folder: string): Persistence;
  newMessage(body: string, attributes?: object): object;
  /** SNS's action of this name, with its parameters. @throws for a topic that is not there, or a message too long */
  publish(parameters: Readonly<Record<string, string>>, topics: TopicStore, queues: QueueStore): unknown;
  app(queueStore: QueueStore, topicStore: TopicStore, region: string): ReturnType<typeof buildApp>;
}

export const loadFauxqs = async (): Promise<Fauxqs> => {
  const [{ SqsStore }, { SnsStore }, { PersistenceManager }, { publish }] = await Promise.all([
    load(internals.queues, 'sqs/sqsStore.js'),
    load(internals.topics, 'sns/snsStore.js'),
    load(internals.persistence, 'persistence.js'),
    load(internals.publish, 'sns/actions/publish.js'),
  ]);
  return {
    SnsStore,
    queues: () => {
      const store = new SqsStore();
      // With a host it would make queue URLs of names that only LocalStack's DNS knows.
      store.host = '';
      return store;
    },
    persistence: (folder) => {
      const manager = new PersistenceManager(folder);
      // Its own statement sets a NOT NULL column to NULL: making a message visible at once would fail and lose it.
      const ready = manager.db.prepare(
        'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
      );
      manager.updateMessageReady = (messageId) => void ready.run(messageId);
      return manager;
    },
    publish,
    newMessage: (body, attributes) => SqsStore.createMessage(body, attributes),
    app: (sqsStore, snsStore, region) =>
      buildApp({
        logger: false,
        host: '',
        defaultRegion: region,
        stores: stores.parse({ sqsStore, snsStore }),
      }),
  };
};
