import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { localArn } from '../assembly/intrinsics.ts';
import { messageOf } from '../errors.ts';
import { policyOf, type RetryPolicy, retryDelays } from './delivery-policy.ts';
import type { Queue, QueueMessage, QueueStore, Subscription, TopicStore } from './fauxqs.ts';
import { deliver } from './https-delivery.ts';
import type { Signer } from './sns-signing.ts';

/** Queues that carry what is to be posted to one https subscription; their state is what survives a crash. */
const HIDDEN = 'https-delivery-';
export const isHidden = ({ protocol, endpoint }: Subscription): boolean =>
  protocol === 'sqs' && endpoint.includes(`:${HIDDEN}`);
const isWeb = ({ protocol }: Subscription): boolean => protocol === 'https' || protocol === 'http';

/** Longer than an endpoint may take: a message is not taken twice while its post is under way. */
const RECEIVE_SECONDS = 30;
const IDLE_SECONDS = 20;

const envelope = z.looseObject({
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
});
const redrive = z.object({ deadLetterTargetArn: z.string() });

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

const text = (value: string) => ({ DataType: 'String', StringValue: value.slice(0, 1_000) });

/**
 * Delivers to https subscriptions, which fauxqs does not: a hidden queue with the subscription's filter
 * receives what it is to get, and is emptied by signed posts.
 */
export const httpsBridge = (options: BridgeOptions): HttpsBridge => {
  const { topics, queues, signer, report } = options;
  const workers = new Map<string, Promise<void>>();
  const confirming = new Set<string>();
  const stopping = new AbortController();

  const nameOf = (arn: string): string => `${HIDDEN}${arn.slice(arn.lastIndexOf(':') + 1)}`;
  const tokenOf = (arn: string): string => createHmac('sha256', options.tokenKey).update(arn).digest('hex');
  const delaysOf = (subscription: Subscription): number[] =>
    retryDelays(
      options.retries ??
        policyOf(
          subscription.attributes['DeliveryPolicy'],
          topics.topics.get(subscription.topicArn)?.attributes['DeliveryPolicy'],
        ),
    );
  const actionUrl = (action: string, parameters: Readonly<Record<string, string>>): string =>
    `${options.actionUrl}?${new URLSearchParams({ Action: action, ...parameters })}`;

  const giveUp = (subscription: Subscription, message: QueueMessage, code: string, detail: string): void => {
    const policy = subscription.attributes['RedrivePolicy'];
    const target = policy ? redrive.safeParse(JSON.parse(policy)).data?.deadLetterTargetArn : undefined;
    const deadLetters = target ? queues.getQueueByArn(target) : undefined;
    report(
      `${subscription.endpoint}: given up (${detail})${deadLetters ? `, kept in ${deadLetters.name}` : ''}`,
    );
    deadLetters?.enqueue(
      options.newMessage(message.Body, {
        RequestID: text(randomUUID()),
        ErrorCode: text(code),
        ErrorMessage: text(detail),
      }),
    );
  };

  const post = async (subscription: Subscription, queue: Queue, received: QueueMessage): Promise<void> => {
    const attempts = queue.inflightMessages.get(received.ReceiptHandle)?.message.approximateReceiveCount ?? 1;
    const { SignatureVersion, Signature, SigningCertURL, UnsubscribeURL, ...fields } = envelope.parse(
      JSON.parse(received.Body),
    );
    const outcome = await deliver(
      subscription.endpoint,
      signer.sign({
        ...fields,
        Type: 'Notification',
        UnsubscribeURL: actionUrl('Unsubscribe', { SubscriptionArn: subscription.arn }),
      }),
      { subscriptionArn: subscription.arn, raw: subscription.attributes['RawMessageDelivery'] === 'true' },
    );
    if (stopping.signal.aborted && outcome.kind !== 'delivered') return;
    const wait = delaysOf(subscription)[attempts - 1];
    if (outcome.kind === 'failed' && wait !== undefined) {
      queue.changeVisibility(received.ReceiptHandle, wait);
      return;
    }
    if (outcome.kind !== 'delivered') giveUp(subscription, received, outcome.code, outcome.detail);
    queue.deleteMessage(received.ReceiptHandle);
  };

  const work = async (arn: string, queue: Queue): Promise<void> => {
    const going = () => !stopping.signal.aborted && queues.getQueueByName(queue.name) === queue;
    while (going()) {
      const subscription = topics.getSubscription(arn);
      if (!subscription) return;
      const batch = queue.dequeue(10, RECEIVE_SECONDS, () => undefined);
      if (batch.length === 0) await queue.waitForMessages(IDLE_SECONDS);
      await Promise.all(
        batch.map((message) =>
          post(subscription, queue, message).catch((error) =>
            report(`${subscription.endpoint}: ${messageOf(error)}`),
          ),
        ),
      );
    }
  };

  const filterOf = ({ attributes }: Subscription): Record<string, string> =>
    Object.fromEntries(
      Object.entries(attributes).filter(([key, value]) => key.startsWith('FilterPolicy') && value !== ''),
    );

  const open = (subscription: Subscription): void => {
    const name = nameOf(subscription.arn);
    const arn = localArn('sqs', name);
    const queue = queues.getQueueByName(name) ?? queues.createQueue(name, options.queueUrl(name), arn);
    const wanted = filterOf(subscription);
    const carrier = [...topics.subscriptions.values()].find(({ endpoint }) => endpoint === arn);
    if (!carrier) {
      topics.subscribe(subscription.topicArn, 'sqs', arn, wanted);
    } else if (JSON.stringify(carrier.attributes) !== JSON.stringify(wanted)) {
      carrier.attributes = wanted;
      carrier.parsedFilterPolicy = undefined;
      topics.persistence?.updateSubscriptionAttributes(carrier.arn, wanted);
    }
    if (!workers.has(name)) {
      // Taken by a host that is gone, or waiting for a retry: either way it may be tried now.
      for (const handle of [...queue.inflightMessages.keys()]) queue.changeVisibility(handle, 0);
      workers.set(
        name,
        work(subscription.arn, queue).finally(() => workers.delete(name)),
      );
    }
  };

  const reconcile = (): void => {
    const all = [...topics.subscriptions.values()];
    const active = all.filter((subscription) => isWeb(subscription) && subscription.confirmed);
    const wanted = new Set(active.map(({ arn }) => nameOf(arn)));
    for (const carrier of all.filter(isHidden)) {
      if (!wanted.has(carrier.endpoint.slice(carrier.endpoint.lastIndexOf(':') + 1)))
        topics.unsubscribe(carrier.arn);
    }
    for (const queue of [...queues.allQueues()]) {
      if (queue.name.startsWith(HIDDEN) && !wanted.has(queue.name)) queues.deleteQueue(queue.url);
    }
    for (const subscription of active) open(subscription);
  };

  const confirm = async (subscription: Subscription): Promise<void> => {
    const { arn, topicArn, endpoint } = subscription;
    const Token = tokenOf(arn);
    const message = signer.sign({
      Type: 'SubscriptionConfirmation',
      MessageId: randomUUID(),
      Token,
      TopicArn: topicArn,
      Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: actionUrl('ConfirmSubscription', { TopicArn: topicArn, Token }),
      Timestamp: new Date().toISOString(),
    });
    for (const wait of [...delaysOf(subscription), undefined]) {
      const outcome = await deliver(endpoint, message, { raw: false });
      if (outcome.kind !== 'failed' || wait === undefined) return;
      await delay(wait * 1000, undefined, { signal: stopping.signal, ref: false });
      if (!topics.getSubscription(arn) || subscription.confirmed) return;
    }
  };

  const requestConfirmation = (subscription: Subscription): void => {
    const { arn } = subscription;
    if (!isWeb(subscription) || subscription.confirmed || confirming.has(arn)) return;
    confirming.add(arn);
    void confirm(subscription)
      .catch(() => undefined)
      .finally(() => confirming.delete(arn));
  };

  return {
    reconcile,
    requestConfirmation,
    subscriptionOf: (topicArn, token) =>
      [...topics.subscriptions.values()].find((subscription) => {
        const expected = Buffer.from(tokenOf(subscription.arn));
        const given = Buffer.from(token);
        return (
          subscription.topicArn === topicArn &&
          given.length === expected.length &&
          timingSafeEqual(given, expected)
        );
      }),
    pending: () =>
      [...queues.allQueues()]
        .filter(({ name }) => name.startsWith(HIDDEN))
        .reduce((sum, queue) => sum + queue.messages.length + queue.inflightMessages.size, 0),
    stop: async () => {
      stopping.abort();
      for (const queue of queues.allQueues()) queue.cancelWaiters();
      await Promise.all(workers.values());
    },
  };
};
