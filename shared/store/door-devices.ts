import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { queryPages } from './query-pages.ts';
import { readable } from './readable.ts';
import { deviceKey, devicePartition } from './registry-keys.ts';

const named = z.object({ sk: z.string(), name: z.string() });

/** What a door needs of devices: no more of them is read there. */
export const doorDevices = (documents: DynamoDBDocumentClient, table: string) => ({
  /** Names of an event's devices, by deviceId. */
  names: async (event: string): Promise<ReadonlyMap<string, string>> => {
    const names = new Map<string, string>();
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'sk, #name',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':pk': devicePartition(event) },
    })) {
      for (const { sk, name } of readable(items, (item) => named.parse(item))) names.set(sk, name);
    }
    return names;
  },

  /** Notes that a device was heard of; says nothing where it is unknown. */
  heardOf: async (
    event: string,
    deviceId: string,
    heard: { at: string; lastScanAt?: string | undefined; queued?: number | undefined },
  ): Promise<void> => {
    const { at, lastScanAt, queued } = heard;
    const sets = [
      'lastSeenAt = :at',
      ...(lastScanAt === undefined ? [] : ['lastScanAt = :scan']),
      ...(queued === undefined ? [] : ['queued = :queued']),
    ];
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: deviceKey(event, deviceId),
          UpdateExpression: `SET ${sets.join(', ')}`,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: {
            ':at': at,
            ...(lastScanAt !== undefined && { ':scan': lastScanAt }),
            ...(queued !== undefined && { ':queued': queued }),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
