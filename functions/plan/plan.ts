import * as z from 'zod/mini';
import { languageOfTopic } from '../../shared/domain/announcement-topic.ts';
import {
  type DeliveryMessage,
  heardIn,
  type OwnChannel,
  SUBSCRIBER_SHARDS,
  wants,
} from '../../shared/domain/subscriber.ts';
import {
  type DeliveryQueues,
  type EditionTask,
  MAX_RECIPIENTS,
} from '../../shared/runtime/delivery-queues.ts';
import type { EditionReader } from '../../shared/runtime/edition-reader.ts';
import { eachMessage, type Postpone } from '../../shared/runtime/queue-handler.ts';
import type { DeliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import type { Subscriber, SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';

export interface PlanDeps {
  readonly edition: EditionReader;
  readonly subscribers: Pick<SubscriberStore, 'pages'>;
  readonly ledger: Pick<DeliveryLedger, 'planned' | 'addressed'>;
  readonly queues: Pick<DeliveryQueues, 'send'>;
  readonly postpone: Postpone;
  readonly topicPrefix: string;
  readonly clock: () => number;
}

const envelope = z.object({ Message: z.string(), TopicArn: z.string() });
const cloudEvent = z.object({
  source: z.string().check(z.startsWith('/events/')),
  data: z.object({
    announcementId: z.string(),
    edition: z.int(),
    kind: z.string(),
    topics: z.array(z.string()),
  }),
});

export interface PlannedEdition extends DeliveryMessage {
  readonly event: string;
  readonly announcementId: string;
  readonly edition: number;
}

/** What SNS brought: an edition for the subscribers of one language. */
const editionOf = (body: string, topicPrefix: string): PlannedEdition => {
  const { Message, TopicArn } = envelope.parse(JSON.parse(body));
  const { source, data } = cloudEvent.parse(JSON.parse(Message));
  const event = source.slice('/events/'.length);
  return { ...data, event, language: languageOfTopic(TopicArn, topicPrefix, event) };
};

/**
 * Those of a page who get an edition: who wants it, and who was sent one before, whatever they want now, or a
 * correction would not go where the original went.
 */
const recipientsOf = async (
  { edition: editionBy, ledger }: PlanDeps,
  planned: PlannedEdition,
  page: readonly Subscriber[],
): Promise<Subscriber[]> => {
  const confirmed = page.filter(({ status }) => status === 'confirmed');
  const { wanting = [], others = [] } = Object.groupBy(confirmed, (one) =>
    wants(one, planned) ? 'wanting' : 'others',
  );
  const { event, announcementId, edition, language } = planned;
  const stored = edition > 1 ? await editionBy(event, announcementId, edition) : undefined;
  if (!stored) return wanting;
  const hearing = others.filter((one) => heardIn(one.language, stored) === language);
  const before = await ledger.addressed(
    event,
    announcementId,
    hearing.map(({ subscriptionId }) => subscriptionId),
  );
  return [...wanting, ...hearing.filter(({ subscriptionId }) => before.has(subscriptionId))];
};

/** Hands an edition to those of one shard who get it, a page at a time. */
const planShard = async (deps: PlanDeps, planned: PlannedEdition, shard: number): Promise<void> => {
  const { event, announcementId, edition, language } = planned;
  const addressed: Partial<Record<OwnChannel, number>> = {};
  for await (const page of deps.subscribers.pages(event, shard)) {
    const recipients = await recipientsOf(deps, planned, page);
    const byChannel = Object.entries(Object.groupBy(recipients, ({ channel }) => channel));
    const tasks = byChannel.flatMap(([, members = []]): EditionTask[] =>
      Array.from({ length: Math.ceil(members.length / MAX_RECIPIENTS) }, (_, index) =>
        members.slice(index * MAX_RECIPIENTS, (index + 1) * MAX_RECIPIENTS),
      ).flatMap((chunk) => {
        const [first] = chunk;
        if (!first) return [];
        addressed[first.channel] = (addressed[first.channel] ?? 0) + chunk.length;
        return {
          kind: 'edition',
          channel: first.channel,
          event,
          announcementId,
          edition,
          subscriptionIds: chunk.map(({ subscriptionId }) => subscriptionId),
          attempt: 1,
          notBefore: 0,
        };
      }),
    );
    await deps.queues.send(tasks, deps.clock());
  }
  await deps.ledger.planned({ event, announcementId, edition }, language, shard, addressed, deps.clock());
};

/**
 * Finds out who wants an edition and puts it on the channels' queues. A message that comes again plans the same
 * again; the ledger lets nothing be sent twice.
 */
export const plan = (deps: PlanDeps) =>
  eachMessage(deps.postpone, 'an edition is not planned yet', async (body) => {
    const planned = editionOf(body, deps.topicPrefix);
    await Promise.all(
      Array.from({ length: SUBSCRIBER_SHARDS }, (_, shard) => planShard(deps, planned, shard)),
    );
  });
