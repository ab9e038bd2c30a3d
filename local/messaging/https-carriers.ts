import { localArn } from '../assembly/intrinsics.ts';
import { messageOf } from '../errors.ts';
import type { BridgeContext } from './bridge-context.ts';
import { giveBack, type Queue, type Subscription } from './fauxqs.ts';
import { postMessage } from './https-posting.ts';

/** Queues that carry what is to be posted to one https subscription; their state is what survives a crash. */
const HIDDEN = 'https-delivery-';
export const isCarrierQueue = ({ name }: Pick<Queue, 'name'>): boolean => name.startsWith(HIDDEN);
export const isHidden = ({ protocol, endpoint }: Subscription): boolean =>
  protocol === 'sqs' && endpoint.includes(`:${HIDDEN}`);
export const isWeb = ({ protocol }: Subscription): boolean => protocol === 'https' || protocol === 'http';

/** Longer than an endpoint may take: a message is not taken twice while its post is under way. */
const RECEIVE_SECONDS = 30;
const IDLE_SECONDS = 20;

const nameOf = (arn: string): string => `${HIDDEN}${arn.slice(arn.lastIndexOf(':') + 1)}`;

const filterOf = ({ attributes }: Subscription): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => key.startsWith('FilterPolicy') && value !== ''),
  );

const work = async (context: BridgeContext, arn: string, queue: Queue): Promise<void> => {
  const going = () => !context.stopping.aborted && context.queues.getQueueByName(queue.name) === queue;
  while (going()) {
    const subscription = context.topics.getSubscription(arn);
    if (!subscription) return;
    const batch = queue.dequeue(10, RECEIVE_SECONDS, () => undefined);
    if (batch.length === 0) await queue.waitForMessages(IDLE_SECONDS);
    await Promise.all(
      batch.map((message) =>
        postMessage(context, subscription, queue, message).catch((error) =>
          context.report(`${subscription.endpoint}: ${messageOf(error)}`),
        ),
      ),
    );
  }
};

/** The hidden queue of a subscription, subscribed with its filter. */
const carrierOf = (context: BridgeContext, subscription: Subscription): Queue => {
  const { topics, queues } = context;
  const name = nameOf(subscription.arn);
  const arn = localArn('sqs', name);
  const queue = queues.getQueueByName(name) ?? queues.createQueue(name, context.queueUrl(name), arn);
  const wanted = filterOf(subscription);
  const carrier = [...topics.subscriptions.values()].find(({ endpoint }) => endpoint === arn);
  if (!carrier) {
    topics.subscribe(subscription.topicArn, 'sqs', arn, wanted);
  } else if (JSON.stringify(carrier.attributes) !== JSON.stringify(wanted)) {
    carrier.attributes = wanted;
    carrier.parsedFilterPolicy = undefined;
    topics.persistence?.updateSubscriptionAttributes(carrier.arn, wanted);
  }
  return queue;
};

/** Keeps the hidden queues in line with the subscriptions, and empties each of them. */
export const carriers = (context: BridgeContext) => {
  const { topics, queues } = context;
  const workers = new Map<string, Promise<void>>();

  const open = (subscription: Subscription): void => {
    const queue = carrierOf(context, subscription);
    const { name } = queue;
    if (workers.has(name)) return;
    // What waits for a retry may be tried now, too.
    giveBack(queue);
    workers.set(
      name,
      work(context, subscription.arn, queue).finally(() => workers.delete(name)),
    );
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

  return { reconcile, ended: () => Promise.all(workers.values()) };
};
