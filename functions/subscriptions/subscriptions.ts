import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { Problem } from '../../shared/contract/problem.ts';
import type { createSubscription } from '../../shared/contract/subscriptions.ts';
import { announcementTopicArn } from '../../shared/domain/announcement-topic.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { type EndpointRules, parseEndpoint } from './endpoint.ts';
import type { SnsSubscriptions } from './sns-subscriptions.ts';

export interface SubscriptionDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly sns: SnsSubscriptions;
  readonly topicPrefix: string;
  /** ARN of any topic of the account and region. */
  readonly neighbourTopicArn: string;
  readonly endpoints: EndpointRules;
}

type SubscriptionBody = z.output<NonNullable<(typeof createSubscription)['body']>>;

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
}: SubscriptionDeps) => {
  const topicArn = (event: string, language: string) =>
    announcementTopicArn(neighbourTopicArn, topicPrefix, event, language);

  return {
    create: async ({
      params,
      body,
    }: {
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
      const endpoint = parseEndpoint(protocol, body.endpoint, endpoints);
      await sns.subscribe(topicArn(params.event, language), endpoint, { kinds, topics });
      const subscriptionId = subscriptionIdOf(params.event, protocol, endpoint.address, language);
      return { status: 202, body: { subscriptionId, status: 'pending' } };
    },

    count: async ({ params }: { params: { event: string } }): Promise<Answer> => {
      const { languages } = await eventOf(params.event);
      const byLanguage = await Promise.all(
        languages.map(async (language) =>
          (await sns.count(topicArn(params.event, language))).map((count) => ({ ...count, language })),
        ),
      );
      const items = byLanguage.flat();
      return { status: 200, body: { total: items.reduce((sum, { count }) => sum + count, 0), items } };
    },
  };
};
