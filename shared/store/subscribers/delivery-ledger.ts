import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { ownChannels, SUBSCRIBER_SHARDS } from '../../domain/subscriber.ts';
import { readAll } from '../batches.ts';
import { queryPages } from '../query-pages.ts';
import {
  claimer,
  deliveryStates,
  hearer,
  LEDGER_KEPT_SECONDS,
  type Recipient,
  settler,
} from './delivery-steps.ts';
import { isLedgerSort, ledgerKey, ledgerPartition, planKey, subscriptionIdOf } from './keys.ts';
import { writtenTogether } from './written-together.ts';

const entry = z.object({
  sk: z.string(),
  channel: z.enum(ownChannels),
  edition: z.int(),
  state: z.enum(deliveryStates),
  at: z.int(),
  attempts: z.int(),
  cause: z.optional(z.string()),
  claimedUntil: z.optional(z.int()),
});
export type DeliveryEntry = Omit<z.infer<typeof entry>, 'sk'> & { readonly subscriptionId: string };

const plan = z.object({ edition: z.int(), language: z.string(), addressed: z.record(z.string(), z.int()) });
export type DeliveryPlan = z.infer<typeof plan>;

/** Those of some subscribers whom an edition of an announcement was sent to, or tried to. */
const addressedIn =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, announcementId: string, subscriptionIds: readonly string[]): Promise<Set<string>> => {
    const items = await readAll(
      documents,
      table,
      subscriptionIds.map((id) => ledgerKey(event, announcementId, id)),
    );
    return new Set(items.map(({ sk }) => subscriptionIdOf(String(sk))));
  };

const stepsOf = (documents: DynamoDBDocumentClient, table: string) => {
  const together = writtenTogether(documents);
  return {
    claim: claimer(documents, table, together),
    settle: settler(documents, table, together),
    hear: hearer(documents, table, together),
  };
};

/**
 * Who got which edition. One item for each announcement and subscriber, whose edition only rises: an edition is
 * claimed before it is sent and settled after, and one that comes after a later one is dropped, so that nobody
 * gets a retraction before what it retracts.
 */
export const deliveryLedger = (documents: DynamoDBDocumentClient, table: string) => ({
  ...stepsOf(documents, table),

  /**
   * Lets a failed delivery be tried again from the first attempt on.
   * @returns the edition, or undefined when there is nothing failed
   */
  reopen: async (
    event: string,
    announcementId: string,
    subscriptionId: string,
  ): Promise<number | undefined> => {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: ledgerKey(event, announcementId, subscriptionId),
          UpdateExpression: 'SET #state = :again',
          ConditionExpression: '#state = :failed',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':again': 'again', ':failed': 'failed' },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return entry.parse(Attributes).edition;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  },

  /** Notes for how many subscribers of each channel an edition was planned; the same again changes nothing. */
  planned: async (
    { event, announcementId, edition }: Omit<Recipient, 'subscriptionId'>,
    language: string,
    shard: number,
    addressed: Readonly<Record<string, number>>,
    now: number,
  ): Promise<void> => {
    await documents.send(
      new PutCommand({
        TableName: table,
        Item: {
          ...planKey(event, announcementId, edition, language, shard),
          edition,
          language,
          addressed,
          expiresAt: Math.ceil(now / 1000) + LEDGER_KEPT_SECONDS,
        },
      }),
    );
  },

  addressed: addressedIn(documents, table),

  /** Everything that is known of an announcement's deliveries, page by page. */
  async *pages(
    event: string,
    announcementId: string,
  ): AsyncGenerator<{ entries: DeliveryEntry[]; plans: DeliveryPlan[] }> {
    for (let shard = 0; shard < SUBSCRIBER_SHARDS; shard += 1) {
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': ledgerPartition(event, announcementId, shard) },
      })) {
        const found = Object.groupBy(items, ({ sk }) => (isLedgerSort(String(sk)) ? 'entries' : 'plans'));
        yield {
          entries: (found.entries ?? []).map((item) => {
            const { sk, ...rest } = entry.parse(item);
            return { ...rest, subscriptionId: subscriptionIdOf(sk) };
          }),
          plans: (found.plans ?? []).map((item) => plan.parse(item)),
        };
      }
    }
  },
});
export type DeliveryLedger = ReturnType<typeof deliveryLedger>;
