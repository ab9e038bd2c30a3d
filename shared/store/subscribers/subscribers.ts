import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { announcementKind } from '../../contract/announcements.ts';
import { ownChannels, type Secrets, SUBSCRIBER_SHARDS, subscriberStatuses } from '../../domain/subscriber.ts';
import { readAll } from '../batches.ts';
import { queryPages } from '../query-pages.ts';
import { asker } from './asking.ts';
import { subscriberKey, subscriberPartition } from './keys.ts';

/** Whoever bounced or complained hears nothing for so long; then the address is forgotten, and may be asked again. */
const SUPPRESSED_KEPT_MS = 90 * 24 * 60 * 60_000;

/** Subscribers in one page: all shards are read at once, and pages of a megabyte each would be most of a function's memory. */
export const SUBSCRIBERS_PAGE = 500;

const stored = z.object({
  subscriptionId: z.string(),
  channel: z.enum(ownChannels),
  status: z.enum(subscriberStatuses),
  /** Sealed: only a sender opens it. */
  endpoint: z.string(),
  language: z.string(),
  kinds: z.optional(z.array(announcementKind)),
  topics: z.optional(z.array(z.string())),
  askedAt: z.int(),
  /** Version of a webhook's signing secret, from when it was first asked; and when it was last changed (ms; 0: never). */
  secretVersion: z.int(),
  rotatedAt: z.int(),
  signingSince: z.optional(z.int()),
  /** Mails that came back since the last that arrived. */
  softBounces: z.optional(z.set(z.string())),
});
export type Subscriber = z.infer<typeof stored>;

const expiring = z.object({ expiresAt: z.optional(z.number()) });

const isExpired = (item: unknown, now: number): boolean => {
  const { expiresAt } = expiring.parse(item);
  return expiresAt !== undefined && expiresAt * 1000 <= now;
};

/** Those of some items that are there: DynamoDB deletes days after a time to live, and nobody is to wait for it. */
const present = (items: readonly unknown[], now: number): Subscriber[] =>
  items.filter((item) => !isExpired(item, now)).map((item) => stored.parse(item));

export type SubscriberChange = Partial<
  Pick<Subscriber, 'status' | 'language' | 'kinds' | 'topics' | 'askedAt' | keyof Secrets>
>;

/**
 * Changes what is there. Who confirms no longer expires, and begins anew after bounces.
 * @returns undefined when there is no such subscriber
 */
const changer =
  (documents: DynamoDBDocumentClient, table: string, clock: () => number) =>
  async (
    event: string,
    subscriptionId: string,
    change: SubscriberChange,
  ): Promise<Subscriber | undefined> => {
    const set = Object.entries(change).filter(([, value]) => value !== undefined);
    const cleared = Object.entries(change).filter(([, value]) => value === undefined);
    const removed = [
      ...cleared.map(([name]) => `#${name}`),
      ...(change.status === 'confirmed' ? ['expiresAt', 'softBounces'] : []),
    ];
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: subscriberKey(event, subscriptionId),
          ...(set.length + removed.length > 0 && {
            UpdateExpression: [
              ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
              ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
            ].join(' '),
          }),
          ConditionExpression:
            'attribute_exists(pk) AND (attribute_not_exists(expiresAt) OR expiresAt > :nowSeconds)',
          ...(set.length + cleared.length > 0 && {
            ExpressionAttributeNames: Object.fromEntries(
              Object.keys(change).map((name) => [`#${name}`, name]),
            ),
          }),
          ExpressionAttributeValues: {
            ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
            ':nowSeconds': clock() / 1000,
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return stored.parse(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

/** @returns the item after the update; undefined when there is none, and none is made */
const updatePresent = async (
  documents: DynamoDBDocumentClient,
  update: UpdateCommandInput,
): Promise<Record<string, unknown> | undefined> => {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({ ...update, ConditionExpression: 'attribute_exists(pk)', ReturnValues: 'ALL_NEW' }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

/** Who gets announcements by a channel of our own. What has expired by `clock` is not there. */
export const subscriberStore = (
  documents: DynamoDBDocumentClient,
  table: string,
  clock: () => number = Date.now,
) => ({
  ask: asker(documents, table),

  get: async (event: string, subscriptionId: string): Promise<Subscriber | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: subscriberKey(event, subscriptionId), ConsistentRead: true }),
    );
    return Item && present([Item], clock())[0];
  },

  /** Those of some ids that are there. */
  many: async (event: string, subscriptionIds: readonly string[]): Promise<Subscriber[]> => {
    const keys = subscriptionIds.map((id) => subscriberKey(event, id));
    return present(await readAll(documents, table, keys), clock());
  },

  change: changer(documents, table, clock),

  /** Sends nothing more to an endpoint that is gone or complained; changes nothing when nobody is there. */
  suppress: async (event: string, subscriptionId: string, now: number): Promise<void> => {
    await updatePresent(documents, {
      TableName: table,
      Key: subscriberKey(event, subscriptionId),
      UpdateExpression: 'SET #status = :suppressed, expiresAt = :expires',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':suppressed': 'suppressed',
        ':expires': Math.ceil((now + SUPPRESSED_KEPT_MS) / 1000),
      },
    });
  },

  /**
   * Notes a mail that a mailbox could not take for now; the same mail again changes nothing.
   * @param mail names it
   * @returns how many there were since the last that arrived
   */
  noteSoftBounce: async (event: string, subscriptionId: string, mail: string): Promise<number> => {
    const item = await updatePresent(documents, {
      TableName: table,
      Key: subscriberKey(event, subscriptionId),
      UpdateExpression: 'ADD softBounces :mail',
      ExpressionAttributeValues: { ':mail': new Set([mail]) },
    });
    return z.optional(z.set(z.string())).parse(item?.['softBounces'])?.size ?? 0;
  },

  /** A mail arrived: those before it that did not, no longer count. */
  forgetSoftBounces: async (event: string, subscriptionId: string): Promise<void> => {
    await updatePresent(documents, {
      TableName: table,
      Key: subscriberKey(event, subscriptionId),
      UpdateExpression: 'REMOVE softBounces',
    });
  },

  remove: async (event: string, subscriptionId: string): Promise<void> => {
    await documents.send(new DeleteCommand({ TableName: table, Key: subscriberKey(event, subscriptionId) }));
  },

  /** All of one shard, page by page: memory stays the same however many there are. */
  async *pages(event: string, shard: number): AsyncGenerator<Subscriber[]> {
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': subscriberPartition(event, shard), ':prefix': 'S#' },
      Limit: SUBSCRIBERS_PAGE,
    };
    for await (const items of queryPages(documents, query)) yield present(items, clock());
  },

  /** How many there are, by channel, status and language. */
  async count(
    event: string,
  ): Promise<{ channel: string; status: string; language: string; count: number }[]> {
    const counts = new Map<string, { channel: string; status: string; language: string; count: number }>();
    for (let shard = 0; shard < SUBSCRIBER_SHARDS; shard += 1) {
      for await (const page of this.pages(event, shard)) {
        for (const { channel, status, language } of page) {
          const key = JSON.stringify([channel, status, language]);
          counts.set(key, { channel, status, language, count: (counts.get(key)?.count ?? 0) + 1 });
        }
      }
    }
    return [...counts.values()];
  },
});
export type SubscriberStore = ReturnType<typeof subscriberStore>;
