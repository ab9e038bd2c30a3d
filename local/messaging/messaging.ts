import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import type { Assembly } from '../assembly/assembly.ts';
import { isRecord, LOCAL, localArn } from '../assembly/intrinsics.ts';
import { readOrCreate, writeFileAtomically } from '../data-folder.ts';
import type { RetryPolicy } from './delivery-policy.ts';
import { type Fauxqs, loadFauxqs, type QueueStore, type Subscription, type TopicStore } from './fauxqs.ts';
import { type HttpsBridge, httpsBridge, isHidden } from './https-bridge.ts';
import { snsSigner } from './sns-signing.ts';

export interface Messaging {
  /** Serves SNS and SQS. */
  readonly endpoint: string;
  readonly queues: QueueStore;
  readonly topics: TopicStore;
  readonly certificate: string;
  readonly newMessage: Fauxqs['newMessage'];
  queueUrl(name: string): string;
  /** Creates what the template declares, or brings it up to it; then begins to deliver. */
  declare(assembly: Assembly): void;
  /** The two actions that SNS's messages carry as links. @returns the subscription's ARN, undefined when there is none */
  act(parameters: URLSearchParams): string | undefined;
  /** Https deliveries that are neither done nor given up. */
  pendingDeliveries(): number;
  stop(): Promise<void>;
}

const CHANGES = new Set([
  'Subscribe',
  'Unsubscribe',
  'ConfirmSubscription',
  'SetSubscriptionAttributes',
  'DeleteTopic',
]);

const actionOf = (body: unknown): string =>
  isRecord(body) && typeof body['Action'] === 'string' ? body['Action'] : '';

const field = (body: unknown, name: string): string => {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === 'string' ? value : '';
};

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

/**
 * fauxqs compares a String.Array attribute as the text that it is sent as; SNS looks into the array. A text that is
 * to be matched exactly therefore matches as an element of the array too.
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
const matchingInArrays = (policy: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(policy))).map(([name, conditions]) => [
      name,
      Array.isArray(conditions)
        ? conditions.flatMap((one) =>
            typeof one === 'string' ? [one, { wildcard: `*${JSON.stringify(one)}*` }] : [one],
          )
        : conditions,
    ]),
  );

/** The bridge's own subscriptions are nobody's business. */
const hideCarriers = (SnsStore: new () => TopicStore): TopicStore => {
  class Topics extends SnsStore {
    override getSubscription(arn: string) {
      const found = super.getSubscription(arn);
      const policy = found?.attributes['FilterPolicy'];
      if (found && policy && found.attributes['FilterPolicyScope'] !== 'MessageBody') {
        found.parsedFilterPolicy ??= matchingInArrays(policy);
      }
      return found;
    }
    override listSubscriptions(token?: string) {
      const page = super.listSubscriptions(token);
      return { ...page, subscriptions: page.subscriptions.filter((found) => !isHidden(found)) };
    }
    override listSubscriptionsByTopic(arn: string, token?: string) {
      const page = super.listSubscriptionsByTopic(arn, token);
      return { ...page, subscriptions: page.subscriptions.filter((found) => !isHidden(found)) };
    }
  }
  return new Topics();
};

/** Queue URLs carry the port, which may be another one than at the last start. */
const createWithPresentUrl = (queues: QueueStore, queueUrl: (name: string) => string): void => {
  const create = queues.createQueue.bind(queues);
  queues.createQueue = (name, _url, ...rest) => create(name, queueUrl(name), ...rest);
};

const declareQueues = (queues: QueueStore, assembly: Assembly, queueUrl: (name: string) => string): void => {
  for (const { name, properties } of assembly.queues) {
    const attributes = attributesOf(properties, ['QueueName']);
    const queue = queues.getQueueByName(name);
    // Creating it again would delete its messages: the store's insert replaces the row that they hang on.
    if (queue) queue.setAttributes(attributes);
    else queues.createQueue(name, queueUrl(name), localArn('sqs', name), attributes);
  }
};

const declareTopics = (
  topics: TopicStore,
  assembly: Assembly,
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

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The port of the last start, so that consumers of queues find them again, unless someone else has it. */
const portAgain = async (file: string): Promise<number> => {
  const before = Number(await readOrCreate(file, () => '0'));
  return (await isFree(before)) ? before : 0;
};

/** SNS and SQS on loopback, with their state in `<data>/messaging`. */
export const startMessaging = async (options: {
  data: string;
  baseUrl: string;
  retries?: RetryPolicy | undefined;
  report: (line: string) => void;
}): Promise<Messaging> => {
  const { data, baseUrl } = options;
  const [fauxqs, signer, tokenKey] = await Promise.all([
    loadFauxqs(),
    snsSigner(data, `${baseUrl}/local/sns-certificate.pem`),
    readOrCreate(join(data, 'sns-token.key'), () => randomBytes(32).toString('hex')),
  ]);
  const queues = fauxqs.queues();
  const topics = hideCarriers(fauxqs.SnsStore);
  const app = fauxqs.app(queues, topics, LOCAL.region);

  let bridge: HttpsBridge | undefined;
  app.addHook('preHandler', async ({ body }) => {
    if (!isRecord(body) || actionOf(body) !== 'ConfirmSubscription') return;
    // fauxqs takes the ARN for the token, which anybody could guess.
    const found = bridge?.subscriptionOf(field(body, 'TopicArn'), field(body, 'Token'));
    Object.assign(body, { Token: found?.arn ?? 'unknown' });
  });
  app.addHook('onSend', async ({ body }, _reply, payload) => {
    const action = actionOf(body);
    if (!CHANGES.has(action) || !bridge) return payload;
    bridge.reconcile();
    if (action !== 'Subscribe' || typeof payload !== 'string') return payload;
    const arn = /<SubscriptionArn>([^<]+)</.exec(payload)?.[1];
    const subscription = arn ? topics.getSubscription(arn) : undefined;
    if (!arn || !subscription || subscription.confirmed) return payload;
    bridge.requestConfirmation(subscription);
    return field(body, 'ReturnSubscriptionArn') === 'true'
      ? payload
      : payload.replace(arn, 'pending confirmation');
  });

  const portFile = join(data, 'messaging-port');
  const endpoint = await app.listen({ port: await portAgain(portFile), host: '127.0.0.1' });
  writeFileAtomically(portFile, new URL(endpoint).port);
  const queueUrl = (name: string) => `${endpoint}/${LOCAL.account}/${name}`;
  createWithPresentUrl(queues, queueUrl);
  // Loaded before it is attached: while attached, each loaded queue would be written again.
  const persistence = fauxqs.persistence(join(data, 'messaging'));
  persistence.loadSqsAndSns(queues, topics);
  queues.persistence = persistence;
  topics.persistence = persistence;
  for (const queue of queues.allQueues()) queue.persistence = persistence;

  const started = httpsBridge({
    topics,
    queues,
    newMessage: fauxqs.newMessage,
    signer,
    tokenKey,
    actionUrl: `${baseUrl}/local/sns`,
    queueUrl,
    retries: options.retries,
    report: options.report,
  });
  bridge = started;

  return {
    endpoint,
    queues,
    topics,
    certificate: signer.certificate,
    newMessage: fauxqs.newMessage,
    queueUrl,
    declare: (assembly) => {
      declareQueues(queues, assembly, queueUrl);
      declareTopics(topics, assembly, started.requestConfirmation);
      started.reconcile();
      for (const subscription of topics.subscriptions.values()) started.requestConfirmation(subscription);
    },
    act: (parameters) => {
      const action = parameters.get('Action');
      if (action === 'Unsubscribe') {
        const arn = parameters.get('SubscriptionArn') ?? '';
        if (!topics.unsubscribe(arn)) return undefined;
        started.reconcile();
        return arn;
      }
      const found = started.subscriptionOf(parameters.get('TopicArn') ?? '', parameters.get('Token') ?? '');
      if (action !== 'ConfirmSubscription' || !found) return undefined;
      found.confirmed = true;
      persistence.insertSubscription(found);
      started.reconcile();
      return found.arn;
    },
    pendingDeliveries: started.pending,
    stop: async () => {
      await started.stop();
      await app.close();
      persistence.close();
    },
  };
};
