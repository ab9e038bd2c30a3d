import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SUBSCRIBER_SHARDS } from '../../domain/subscriber.ts';
import { erasePartition } from '../partitions.ts';
import { CONFIRMATION, ledgerPartition, subscriberPartition } from './keys.ts';

const shards = Array.from({ length: SUBSCRIBER_SHARDS }, (_, shard) => shard);

/** Erases who wanted the announcements of an event, and who got which. `assertTime` throws when it is time to stop. */
export const eraseSubscribers = (documents: DynamoDBDocumentClient, table: string) => ({
  all: async (event: string, assertTime: () => void): Promise<void> => {
    for (const shard of shards) {
      await erasePartition(documents, table, subscriberPartition(event, shard), assertTime);
      await erasePartition(documents, table, ledgerPartition(event, CONFIRMATION, shard), assertTime);
    }
  },

  ledger: async (event: string, announcementId: string, assertTime: () => void): Promise<void> => {
    for (const shard of shards) {
      await erasePartition(documents, table, ledgerPartition(event, announcementId, shard), assertTime);
    }
  },
});
