import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { erasePartition } from './partitions.ts';
import { devicePartition, programmePartition } from './registry-keys.ts';

/** Erases devices and every version of the programme of an event. `assertTime` throws when it is time to stop. */
export const eraseRegistry = (documents: DynamoDBDocumentClient, table: string) => ({
  devices: async (event: string, assertTime: () => void): Promise<void> => {
    await erasePartition(documents, table, devicePartition(event), assertTime);
  },

  /** The version in force is not the first to go: whoever goes on after a crash finds the sessions in it. */
  programme: async (event: string, lastVersion: number, assertTime: () => void): Promise<void> => {
    for (let version = 1; version <= lastVersion; version += 1) {
      await erasePartition(documents, table, programmePartition(event, version), assertTime);
    }
  },
});
