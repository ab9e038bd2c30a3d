import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { erasePartition } from '../partitions.ts';
import { queryPages } from '../query-pages.ts';
import { editionPartition, publicPartition, RECORD } from './items.ts';

/**
 * Erases the announcements of an event; what the public sees goes first, the records last.
 * @param alsoOf erases what else is kept of one
 * @param assertTime throws when it is time to stop
 */
export const eraseAnnouncements =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    alsoOf: (announcementId: string) => Promise<void>,
    assertTime: () => void,
  ): Promise<void> => {
    await erasePartition(documents, table, publicPartition(event), assertTime);
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: { ':pk': event },
      ConsistentRead: true,
    })) {
      for (const { sk } of items) {
        const announcementId = String(sk).slice(RECORD.length);
        await erasePartition(documents, table, editionPartition(event, announcementId), assertTime);
        await alsoOf(announcementId);
      }
    }
    await erasePartition(documents, table, event, assertTime);
  };
