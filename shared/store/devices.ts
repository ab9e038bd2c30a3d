import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type DeviceRecord, deviceFromItem, deviceKey, deviceUpdate } from './device-item.ts';
import { devicePairing } from './device-pairing.ts';
import { queryPages } from './query-pages.ts';
import { devicePartition } from './registry-keys.ts';

export const deviceStore = (documents: DynamoDBDocumentClient, table: string) => {
  const update = deviceUpdate(documents, table);

  const get = async (event: string, deviceId: string): Promise<DeviceRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: deviceKey(event, deviceId), ConsistentRead: true }),
    );
    return Item && deviceFromItem(Item);
  };

  return {
    get,
    ...devicePairing(documents, table, update),

    /** Every device of an event. */
    all: async (event: string): Promise<DeviceRecord[]> => {
      const devices: DeviceRecord[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': devicePartition(event) },
      })) {
        devices.push(...items.map(deviceFromItem));
      }
      return devices;
    },

    page: async (
      event: string,
      limit: number,
      after: string | undefined,
    ): Promise<{ devices: DeviceRecord[]; next: string | undefined }> => {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': devicePartition(event),
            ...(after !== undefined && { ':after': after }),
          },
          Limit: limit,
        }),
      );
      const devices = Items.map(deviceFromItem);
      return { devices, next: LastEvaluatedKey ? devices.at(-1)?.deviceId : undefined };
    },

    /** Keeps the first time of revocation; undefined for an unknown device. */
    revoke: (event: string, deviceId: string, at: string): Promise<DeviceRecord | undefined> =>
      update(event, deviceId, {
        set: 'revokedAt = if_not_exists(revokedAt, :at)',
        condition: 'attribute_exists(sk)',
        values: { ':at': at },
      }),

    /** Notes that a device was heard of; says nothing where it is unknown. */
    heardOf: async (
      event: string,
      deviceId: string,
      heard: { at: string; lastScanAt?: string | undefined; queued?: number | undefined },
    ): Promise<void> => {
      const set = ['lastSeenAt = :at'];
      const values: Record<string, unknown> = { ':at': heard.at };
      if (heard.lastScanAt !== undefined) {
        set.push('lastScanAt = :scan');
        values[':scan'] = heard.lastScanAt;
      }
      if (heard.queued !== undefined) {
        set.push('queued = :queued');
        values[':queued'] = heard.queued;
      }
      await update(event, deviceId, { set: set.join(', '), condition: 'attribute_exists(sk)', values });
    },
  };
};
export type DeviceStore = ReturnType<typeof deviceStore>;
