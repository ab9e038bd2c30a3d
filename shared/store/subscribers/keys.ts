import { shardOf } from '../../domain/shard.ts';
import { SUBSCRIBER_SHARDS } from '../../domain/subscriber.ts';

/** Keys of the Subscribers table. Every partition key begins with the event, but what is asked of whom within an hour. */
const SUBSCRIBER = 'S#';
const SENT = 'D#';
const PLANNED = 'P#';

export const subscriberShard = (subscriptionId: string): number => shardOf(subscriptionId, SUBSCRIBER_SHARDS);

/** Subscribers of an event, spread over so many keys that planning and counting read them side by side. */
export const subscriberPartition = (event: string, shard: number): string => `${event}#subscribers#${shard}`;
export const subscriberSort = (subscriptionId: string): string => `${SUBSCRIBER}${subscriptionId}`;
export const subscriberKey = (event: string, subscriptionId: string) => ({
  pk: subscriberPartition(event, subscriberShard(subscriptionId)),
  sk: subscriberSort(subscriptionId),
});

/** The ledger of an announcement: one item for each subscriber that it was ever sent to. */
export const ledgerPartition = (event: string, announcementId: string, shard: number): string =>
  `${event}#${announcementId}#${shard}`;
export const ledgerKey = (event: string, announcementId: string, subscriptionId: string) => ({
  pk: ledgerPartition(event, announcementId, subscriberShard(subscriptionId)),
  sk: `${SENT}${subscriptionId}`,
});
export const isLedgerSort = (sk: string): boolean => sk.startsWith(SENT);
export const subscriptionIdOf = (sk: string): string => sk.slice(SENT.length);

/** How many subscribers an edition was planned for, in one language and shard. */
export const planKey = (
  event: string,
  announcementId: string,
  edition: number,
  language: string,
  shard: number,
) => ({
  pk: ledgerPartition(event, announcementId, shard),
  sk: `${PLANNED}${String(edition).padStart(6, '0')}#${language}`,
});

/** No event's slug begins like this. */
export const askedKey = (hash: string) => ({ pk: `~asked#${hash}`, sk: 'A' });

/** In the place of an announcement: the request to confirm, whose editions are the times when it was asked for. */
export const CONFIRMATION = '~confirm';
