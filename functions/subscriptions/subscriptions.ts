import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import { Problem } from '../../shared/contract/problem.ts';
import type { createSubscription } from '../../shared/contract/subscriptions.ts';
import { announcementTopicArn } from '../../shared/domain/announcement-topic.ts';
import type { Asker } from '../../shared/runtime/asker.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { AskingLimits } from '../../shared/store/subscribers/asking-limits.ts';
import type { SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { type EndpointRules, parseEndpoint, wrongEndpoint } from './endpoint.ts';
import { assertNoFlood } from './flood.ts';
import { askOwnChannel, type OwnChannelDeps } from './own-channels.ts';
import type { SnsSubscriptions } from './sns-subscriptions.ts';

export interface SubscriptionDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly sns: SnsSubscriptions;
  readonly topicPrefix: string;
  /** ARN of any topic of the account and region. */
  readonly neighbourTopicArn: string;
  readonly endpoints: EndpointRules;
  /** VAPID public key, for browsers. */
  readonly pushKey: () => Promise<string>;
  readonly own: OwnChannelDeps & {
    readonly subscribers: Pick<SubscriberStore, 'count'>;
    readonly limits: AskingLimits;
  };
}

type SubscriptionBody = z.output<NonNullable<(typeof createSubscription)['body']>>;

/** SNS takes about so long: that it was not called does not show, in ms. */
const SNS_TIME_MS = 150;

/** The same for the same wish, so that an answer tells nothing about what is subscribed already. */
const subscriptionIdOf = (event: string, protocol: string, address: string, language: string): string =>
  createHash('sha256')
    .update(JSON.stringify([event, protocol, address, language]))
    .digest('base64url')
    .slice(0, 22);

export const subscriptions = ({
  event: eventOf,
  sns,
  topicPrefix,
  neighbourTopicArn,
  endpoints,
  own,
  pushKey,
}: SubscriptionDeps) => {
  const topicArn = (event: string, language: string) =>
    announcementTopicArn(neighbourTopicArn, topicPrefix, event, language);

  const subscribeAtSns = async (
    event: string,
    protocol: 'https' | 'sqs',
    { endpoint: wished, language, kinds, topics }: SubscriptionBody,
  ): Promise<string> => {
    if (typeof wished !== 'string') throw wrongEndpoint('must be a text');
    const endpoint = parseEndpoint(protocol, wished, endpoints);
    const subscriptionId = subscriptionIdOf(event, protocol, endpoint.address, language);
    const asked = (await own.keys()).limitOf('endpoint', protocol, subscriptionId);
    const subscribe = async () => {
      // SNS asks whoever has not confirmed again with every call.
      if (!(await own.limits.claim(asked, own.clock(), true))) return;
      try {
        await sns.subscribe(topicArn(event, language), endpoint, { kinds, topics });
      } catch (error) {
        await own.limits.release(asked);
        throw error;
      }
    };
    await Promise.all([subscribe(), sleep(SNS_TIME_MS)]);
    return subscriptionId;
  };

  return {
    create: async ({
      params,
      body,
      ...asker
    }: Asker & {
      params: { event: string };
      body: SubscriptionBody;
    }): Promise<Answer> => {
      const { languages } = await eventOf(params.event);
      const { protocol, language, kinds, topics } = body;
      if (!languages.includes(language)) {
        const detail = `must be a language of the event: ${languages.join(', ')}`;
        throw new Problem('validation', `The body is not valid: /language ${detail}`, {
          errors: [{ pointer: '/language', detail }],
        });
      }
      await assertNoFlood({ ...own, loopback: endpoints.loopback }, asker, protocol);
      const subscriptionId =
        protocol === 'https' || protocol === 'sqs'
          ? await subscribeAtSns(params.event, protocol, body)
          : await askOwnChannel(own, {
              event: params.event,
              channel: protocol,
              endpoint: body.endpoint,
              language,
              kinds,
              topics,
            });
      return { status: 202, body: { subscriptionId, status: 'pending' } };
    },

    channels: async ({ params }: { params: { event: string } }): Promise<Answer> => {
      const { languages } = await eventOf(params.event);
      return {
        status: 200,
        body: {
          languages,
          channels: [
            ...(own.mail ? [{ protocol: 'email' }] : []),
            { protocol: 'webhook' },
            { protocol: 'push', applicationServerKey: await pushKey() },
            { protocol: 'https' },
            { protocol: 'sqs' },
          ],
        },
      };
    },

    count: async ({ params }: { params: { event: string } }): Promise<Answer> => {
      const { languages } = await eventOf(params.event);
      const byLanguage = await Promise.all(
        languages.map(async (language) =>
          (await sns.count(topicArn(params.event, language))).map((count) => ({ ...count, language })),
        ),
      );
      const ours = (await own.subscribers.count(params.event)).map(({ channel, ...rest }) => ({
        protocol: channel,
        ...rest,
      }));
      const items = [...byLanguage.flat(), ...ours];
      return { status: 200, body: { total: items.reduce((sum, { count }) => sum + count, 0), items } };
    },
  };
};
