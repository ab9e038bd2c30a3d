import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { ledgerKey } from './keys.ts';
import type { WriteTogether } from './written-together.ts';

/** An edition for one subscriber. */
export interface Recipient {
  readonly event: string;
  readonly announcementId: string;
  readonly edition: number;
  readonly subscriptionId: string;
}

/** What became of a try. `again`: it failed and another try follows. */
export type DeliveryResult =
  | { readonly state: 'sent'; readonly messageId: string }
  | { readonly state: 'again' | 'failed'; readonly cause: string }
  /** `untried`: nothing of this announcement was ever sent to them. */
  | { readonly state: 'suppressed'; readonly cause: string; readonly untried?: boolean };

/** How long a sender may take before another takes over, in ms: more than a send with its deadline. */
export const CLAIM_MS = 30_000;
/** Of a season of events; then nobody asks any more who got what. */
export const LEDGER_KEPT_SECONDS = 400 * 24 * 60 * 60;

export const deliveryStates = ['sending', 'sent', 'delivered', 'again', 'failed', 'suppressed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

const before = z.object({ state: z.optional(z.string()), untried: z.optional(z.boolean()) });

/**
 * `claimed`: nothing of this announcement was sent to them yet; `renewed`: something was, or may have been;
 * `done`: settled before, or a later edition was sent; `busy`: another sender has this subscriber, or crashed a
 * moment ago.
 */
export type Claim = 'claimed' | 'renewed' | 'done' | 'busy';

/** @param item as it was; whoever was passed over without a try has one, too */
const claimOn = (item: Record<string, unknown> = {}): Claim => {
  const { state, untried } = before.parse(item);
  return state === undefined || untried ? 'claimed' : 'renewed';
};

export const claimer =
  (documents: DynamoDBDocumentClient, table: string, together: WriteTogether) =>
  async (
    { event, announcementId, edition, subscriptionId }: Recipient,
    channel: string,
    now: number,
  ): Promise<Claim> => {
    const until = now + CLAIM_MS;
    const expires = Math.ceil(now / 1000) + LEDGER_KEPT_SECONDS;
    const { pk, sk } = ledgerKey(event, announcementId, subscriptionId);
    // Of a first edition nearly nobody has an item yet.
    const first =
      edition === 1 &&
      (await together({
        Statement: `INSERT INTO "${table}" VALUE {'pk': ?, 'sk': ?, 'state': ?, 'at': ?, 'claimedUntil': ?, 'edition': ?, 'channel': ?, 'expiresAt': ?, 'attempts': ?}`,
        Parameters: [pk, sk, 'sending', now, until, edition, channel, expires, 1],
      }));
    if (first === 'written') return 'claimed';
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk, sk },
          UpdateExpression:
            'SET #state = :sending, #at = :now, claimedUntil = :until, edition = :edition, channel = :channel, expiresAt = :expires REMOVE untried ADD attempts :one',
          ConditionExpression:
            'attribute_not_exists(pk) OR (edition < :edition AND (#state <> :sending OR claimedUntil < :now)) OR (edition = :edition AND (#state = :again OR (#state = :sending AND claimedUntil < :now)))',
          ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
          ExpressionAttributeValues: {
            ':sending': 'sending',
            ':again': 'again',
            ':now': now,
            ':until': until,
            ':edition': edition,
            ':channel': channel,
            ':expires': expires,
            ':one': 1,
          },
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return claimOn(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { edition: known, state } = z
        .object({ edition: z.coerce.number(), state: z.string() })
        .parse({ edition: error.Item?.['edition']?.N, state: error.Item?.['state']?.S });
      return state === 'sending' && known <= edition ? 'busy' : 'done';
    }
  };

/** Records the end of a try; a later edition that was claimed meanwhile stays as it is. */
export const settler =
  (documents: DynamoDBDocumentClient, table: string, together: WriteTogether) =>
  async (
    { event, announcementId, edition, subscriptionId }: Recipient,
    result: DeliveryResult,
    now: number,
  ): Promise<void> => {
    const { pk, sk } = ledgerKey(event, announcementId, subscriptionId);
    const sent =
      result.state === 'sent' &&
      (await together({
        Statement: `UPDATE "${table}" SET "state" = ?, "at" = ?, messageId = ? REMOVE claimedUntil, cause WHERE pk = ? AND sk = ? AND edition = ? AND "state" = ?`,
        Parameters: ['sent', now, result.messageId, pk, sk, edition, 'sending'],
      }));
    if (sent === 'written' || sent === 'condition failed') return;
    const [name, value] = result.state === 'sent' ? ['messageId', result.messageId] : ['cause', result.cause];
    const untried = result.state === 'suppressed' && result.untried === true;
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk, sk },
          UpdateExpression: `SET #state = :state, #at = :now, ${name} = :value${untried ? ', untried = :untried' : ''} REMOVE claimedUntil${result.state === 'sent' ? ', cause' : ''}`,
          // What the channel told meanwhile of the same try says more.
          ConditionExpression: 'edition = :edition AND #state = :sending',
          ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
          ExpressionAttributeValues: {
            ':sending': 'sending',
            ':state': result.state,
            ':now': now,
            ':value': value,
            ':edition': edition,
            ...(untried && { ':untried': true }),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

/** What a channel tells after it took a message. */
export type Heard = Extract<DeliveryState, 'delivered' | 'failed' | 'suppressed'>;

/** What each word replaces, in whatever order they come: an automatic reply to what arrived is no failure. */
const BEFORE: Readonly<Record<Heard, readonly DeliveryState[]>> = {
  delivered: ['sending', 'sent', 'failed'],
  failed: ['sending', 'sent'],
  suppressed: ['sending', 'sent', 'delivered', 'failed'],
};

/**
 * Records what a channel tells of a message after it took it; words may come twice and in any order.
 * @returns the state after it; undefined when the ledger is at another edition, or has none
 */
export const hearer =
  (documents: DynamoDBDocumentClient, table: string, together: WriteTogether) =>
  async (
    { event, announcementId, edition, subscriptionId }: Recipient,
    heard: Heard,
    cause: string,
    now: number,
  ): Promise<DeliveryState | undefined> => {
    const before = BEFORE[heard];
    const { pk, sk } = ledgerKey(event, announcementId, subscriptionId);
    const written = await together({
      Statement: `UPDATE "${table}" SET "state" = ?, "at" = ?, cause = ? REMOVE claimedUntil WHERE pk = ? AND sk = ? AND edition = ? AND "state" IN [${before.map(() => '?').join(', ')}]`,
      Parameters: [heard, now, cause, pk, sk, edition, ...before],
    });
    if (written === 'written') return heard;
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk, sk },
          UpdateExpression: 'SET #state = :heard, #at = :now, cause = :cause REMOVE claimedUntil',
          ConditionExpression: `edition = :edition AND #state IN (${before.map((_, index) => `:before${index}`).join(', ')})`,
          ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
          ExpressionAttributeValues: {
            ':heard': heard,
            ':now': now,
            ':cause': cause,
            ':edition': edition,
            ...Object.fromEntries(before.map((state, index) => [`:before${index}`, state])),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return heard;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { edition: known, state } = z
        .object({ edition: z.coerce.number(), state: z.optional(z.enum(deliveryStates)) })
        .parse({ edition: error.Item?.['edition']?.N ?? 0, state: error.Item?.['state']?.S });
      return known === edition ? state : undefined;
    }
  };
