import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { queryPages } from '../query-pages.ts';
import { editionNumber, editionPartition } from './items.ts';

const LEDGER = 'S#';

/**
 * How long a sender may take before another takes over. Longer than a send with all of the SDK's retries
 * (announce/index.ts), so that two never send at once; after a crash it is how long the next try waits.
 */
export const CLAIM_MS = 15_000;

/** One message: an edition for the subscribers of a language. */
export interface Sending {
  readonly event: string;
  readonly announcementId: string;
  readonly edition: number;
  readonly language: string;
}

const entry = z.object({
  edition: z.int(),
  language: z.string(),
  /** `sending`: claimed; `retry`: the last try failed; `failed`: given up. */
  state: z.enum(['sending', 'sent', 'retry', 'failed']),
  at: z.int(),
  detail: z.optional(z.string()),
});
export type LedgerEntry = z.infer<typeof entry>;

export type SendingResult =
  | { readonly state: 'sent'; readonly messageId: string }
  | { readonly state: 'retry' | 'failed'; readonly detail: string };

const keyOf = ({ event, announcementId, edition, language }: Sending) => ({
  pk: editionPartition(event, announcementId),
  sk: `${LEDGER}${editionNumber(edition)}#${language}`,
});

/** What was handed to SNS, so that a stream record that comes twice is sent once. */
export const announcementLedger = (documents: DynamoDBDocumentClient, table: string) => ({
  /** `settled`: sent or given up before; `busy`: another sender has it, or crashed a moment ago. */
  claim: async (sending: Sending, now: number): Promise<'claimed' | 'settled' | 'busy'> => {
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(sending),
          UpdateExpression:
            'SET #state = :sending, #at = :now, claimedUntil = :until, edition = :edition, #language = :language',
          ConditionExpression:
            'attribute_not_exists(pk) OR #state = :retry OR (#state = :sending AND claimedUntil < :now)',
          ExpressionAttributeNames: { '#state': 'state', '#at': 'at', '#language': 'language' },
          ExpressionAttributeValues: {
            ':sending': 'sending',
            ':retry': 'retry',
            ':now': now,
            ':until': now + CLAIM_MS,
            ':edition': sending.edition,
            ':language': sending.language,
          },
        }),
      );
      return 'claimed';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(sending), ConsistentRead: true }),
    );
    const { state } = entry.parse(Item);
    return state === 'sent' || state === 'failed' ? 'settled' : 'busy';
  },

  settle: async (sending: Sending, result: SendingResult, now: number): Promise<void> => {
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: keyOf(sending),
        UpdateExpression:
          result.state === 'sent'
            ? 'SET #state = :state, #at = :now, messageId = :messageId REMOVE claimedUntil, detail'
            : 'SET #state = :state, #at = :now, detail = :detail REMOVE claimedUntil',
        ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
        ExpressionAttributeValues: {
          ':state': result.state,
          ':now': now,
          ...(result.state === 'sent' ? { ':messageId': result.messageId } : { ':detail': result.detail }),
        },
      }),
    );
  },

  list: async (event: string, announcementId: string): Promise<LedgerEntry[]> => {
    const entries: LedgerEntry[] = [];
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': editionPartition(event, announcementId), ':prefix': LEDGER },
      ConsistentRead: true,
    })) {
      entries.push(...items.map((item) => entry.parse(item)));
    }
    return entries;
  },
});
export type AnnouncementLedger = ReturnType<typeof announcementLedger>;
