import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { erasePartition } from '../partitions.ts';
import { attendanceKey, gateItemKey } from './keys.ts';

/**
 * Erases what the doors of an event recorded, and its gates.
 * @param assertTime throws when it is time to stop
 * @returns how many items there were
 */
export const eraseAttendance =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    sessions: readonly { readonly sessionId: string; readonly shards: number }[],
    assertTime: () => void,
  ): Promise<number> => {
    const partitions = [
      attendanceKey(event, null, 0),
      ...sessions.flatMap(({ sessionId, shards }) => [
        gateItemKey(event, sessionId).pk.S,
        ...Array.from({ length: shards }, (_, shard) => attendanceKey(event, sessionId, shard)),
      ]),
    ];
    let erased = 0;
    for (const pk of partitions) erased += await erasePartition(documents, table, pk, assertTime);
    return erased;
  };
