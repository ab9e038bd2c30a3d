import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { toldPartition } from '../notice-ledger.ts';
import { erasePartition } from '../partitions.ts';
import { allHeadsPartition, lastHeadsPartition } from './head-counts.ts';
import { timelinePartition } from './timeline.ts';

/**
 * Erases counters, timelines, counts by hand and what was told of an event. Counters go last: they name sessions that
 * are in no programme any more.
 * @param assertTime throws when it is time to stop
 */
export const eraseCounts =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, sessionIds: Iterable<string>, assertTime: () => void): Promise<void> => {
    const partitions = [
      toldPartition(event),
      lastHeadsPartition(event),
      ...[...sessionIds].flatMap((id) => [timelinePartition(event, id), allHeadsPartition(event, id)]),
      event,
    ];
    for (const pk of partitions) await erasePartition(documents, table, pk, assertTime);
  };
