import * as z from 'zod/mini';
import { Problem } from '../../shared/contract/problem.ts';
import { pushSubscription } from '../../shared/contract/subscriptions.ts';
import type { OwnChannel } from '../../shared/domain/subscriber.ts';
import type { DeliveryQueues } from '../../shared/runtime/delivery-queues.ts';
import type { SubscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import type { AskingLimits } from '../../shared/store/subscribers/asking-limits.ts';
import type { SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { type EndpointRules, parseEndpoint, wrongEndpoint } from './endpoint.ts';
import { mailboxOf } from './flood.ts';

export interface OwnChannelDeps {
  readonly subscribers: Pick<SubscriberStore, 'ask' | 'change'>;
  readonly limits: Pick<AskingLimits, 'claim' | 'release'>;
  readonly queues: Pick<DeliveryQueues, 'send'>;
  readonly keys: () => Promise<SubscriberKeys>;
  readonly endpoints: EndpointRules;
  /** Whether this deployment has a sender's address that SES knows. */
  readonly mail: boolean;
  readonly clock: () => number;
}

export interface Wish {
  readonly event: string;
  readonly channel: OwnChannel;
  readonly endpoint: unknown;
  readonly language: string;
  readonly kinds: SubscriberWish['kinds'];
  readonly topics: SubscriberWish['topics'];
}
type SubscriberWish = Parameters<SubscriberStore['ask']>[1];

/** One spelling for one mailbox, as far as that is sure: the domain has no case (RFC 5321, 2.4). */
const mailbox = (endpoint: unknown): string => {
  const parsed = z.email().safeParse(endpoint);
  if (!parsed.success || parsed.data.length > 254)
    throw wrongEndpoint('must be a mail address such as name@example.org');
  const at = parsed.data.lastIndexOf('@');
  return `${parsed.data.slice(0, at)}@${parsed.data.slice(at + 1).toLowerCase()}`;
};

const browser = (endpoint: unknown, rules: EndpointRules): string => {
  const parsed = pushSubscription.safeParse(typeof endpoint === 'string' ? jsonOf(endpoint) : endpoint);
  if (!parsed.success)
    throw wrongEndpoint('must be a PushSubscription: {"endpoint", "keys": {"p256dh", "auth"}}');
  const { endpoint: url, keys } = parsed.data;
  const { address } = parseEndpoint('https', url, rules);
  return JSON.stringify({ endpoint: address, keys: { p256dh: keys.p256dh, auth: keys.auth } });
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const endpointOf = ({ channel, endpoint }: Wish, { endpoints, mail }: OwnChannelDeps): string => {
  switch (channel) {
    case 'email':
      if (!mail) {
        throw new Problem(
          'validation',
          'The body is not valid: /protocol email is not set up in this deployment',
          {
            errors: [
              {
                pointer: '/protocol',
                detail: 'email is not set up in this deployment; use another protocol or the feeds',
              },
            ],
          },
        );
      }
      return mailbox(endpoint);
    case 'webhook':
      if (typeof endpoint !== 'string') throw wrongEndpoint('must be an https URL');
      return parseEndpoint('https', endpoint, endpoints).address;
    case 'push':
      return browser(endpoint, endpoints);
  }
};

/**
 * Notes the wish and asks the endpoint, at most once an hour; a mailbox whatever the event. The same is done and
 * answered whether or not the subscription exists.
 * @throws {Problem} `validation` that says what an endpoint must be
 */
export const askOwnChannel = async (deps: OwnChannelDeps, wish: Wish): Promise<string> => {
  const { event, channel, language, kinds, topics } = wish;
  const endpoint = endpointOf(wish, deps);
  const keys = await deps.keys();
  const subscriptionId = keys.idOf(event, channel, endpoint);
  const now = deps.clock();
  const asked = await deps.subscribers.ask(
    event,
    { subscriptionId, channel, endpoint: keys.seal(endpoint, subscriptionId), language, kinds, topics },
    now,
  );
  const limit = keys.limitOf('endpoint', channel, channel === 'email' ? mailboxOf(endpoint) : subscriptionId);
  const free = await deps.limits.claim(limit, now, asked);
  const task = { kind: 'confirmation', channel, event, subscriptionId, notBefore: 0 } as const;
  try {
    // Sent in either case, so that both take the same time; `deliver` drops what needs no confirmation.
    await deps.queues.send([{ ...task, attempt: free ? 1 : 0 }], now);
  } catch (error) {
    // Nobody was asked, so that whoever tries again is.
    if (asked) await deps.subscribers.change(event, subscriptionId, { askedAt: 0 });
    if (free) await deps.limits.release(limit);
    throw error;
  }
  return subscriptionId;
};
