import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Assembly } from '../assembly/assembly.ts';
import { isRecord, LOCAL } from '../assembly/intrinsics.ts';
import { readOrCreate, writeFileAtomically } from '../data-folder.ts';
import { createWithPresentUrl, declareQueues, declareTopics } from './declared.ts';
import type { RetryPolicy } from './delivery-policy.ts';
import { type Disk, diskOf } from './disk.ts';
import { type Fauxqs, loadFauxqs, type QueueStore, type Subscription, type TopicStore } from './fauxqs.ts';
import { type HttpsBridge, httpsBridge } from './https-bridge.ts';
import { snsSigner } from './sns-signing.ts';
import { hideCarriers } from './topic-store.ts';

export interface Messaging {
  /** Serves SNS and SQS. */
  readonly endpoint: string;
  readonly queues: QueueStore;
  readonly topics: TopicStore;
  readonly certificate: string;
  /** Takes a message for a topic, as SNS does from other services of AWS. Resolves when it would outlive a power cut. */
  publish(topicArn: string, message: string): Promise<void>;
  /** Creates what the template declares, or brings it up to it; then begins to deliver. */
  declare(assembly: Pick<Assembly, 'queues' | 'topics' | 'subscriptions'>): void;
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

/** What SNS does around subscriptions, and fauxqs does not: secret tokens, and asking before it delivers. */
const intercept = (
  app: ReturnType<Fauxqs['app']>,
  topics: TopicStore,
  bridge: () => HttpsBridge | undefined,
): void => {
  app.addHook('preHandler', async ({ body }) => {
    if (!isRecord(body) || actionOf(body) !== 'ConfirmSubscription') return;
    // fauxqs takes the ARN for the token, which anybody could guess.
    const found = bridge()?.subscriptionOf(field(body, 'TopicArn'), field(body, 'Token'));
    Object.assign(body, { Token: found?.arn ?? 'unknown' });
  });
  app.addHook('onSend', async ({ body }, _reply, payload) => {
    const action = actionOf(body);
    const present = bridge();
    if (!CHANGES.has(action) || !present) return payload;
    present.reconcile();
    if (action !== 'Subscribe' || typeof payload !== 'string') return payload;
    const arn = /<SubscriptionArn>([^<]+)</.exec(payload)?.[1];
    const subscription = arn ? topics.getSubscription(arn) : undefined;
    if (!arn || !subscription || subscription.confirmed) return payload;
    present.requestConfirmation(subscription);
    return field(body, 'ReturnSubscriptionArn') === 'true'
      ? payload
      : payload.replace(arn, 'pending confirmation');
  });
};

const act = (
  parameters: URLSearchParams,
  topics: TopicStore,
  bridge: HttpsBridge,
  persist: (subscription: Subscription) => void,
): string | undefined => {
  const action = parameters.get('Action');
  if (action === 'Unsubscribe') {
    const arn = parameters.get('SubscriptionArn') ?? '';
    if (!topics.unsubscribe(arn)) return undefined;
    bridge.reconcile();
    return arn;
  }
  const found = bridge.subscriptionOf(parameters.get('TopicArn') ?? '', parameters.get('Token') ?? '');
  if (action !== 'ConfirmSubscription' || !found) return undefined;
  found.confirmed = true;
  persist(found);
  bridge.reconcile();
  return found.arn;
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
  let disk: Disk | undefined;
  intercept(app, topics, () => bridge);
  app.addHook('onSend', async () => disk?.reached());

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
  disk = await diskOf(persistence);

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
    declare: (assembly) => {
      declareQueues(queues, assembly, queueUrl);
      declareTopics(topics, assembly, started.requestConfirmation);
      started.reconcile();
      for (const subscription of topics.subscriptions.values()) started.requestConfirmation(subscription);
    },
    publish: async (topicArn, message) => {
      fauxqs.publish({ TopicArn: topicArn, Message: message }, topics, queues);
      await disk?.reached();
    },
    act: (parameters) => act(parameters, topics, started, (found) => persistence.insertSubscription(found)),
    pendingDeliveries: started.pending,
    stop: async () => {
      await started.stop();
      await app.close();
      await disk?.close();
      persistence.close();
    },
  };
};
