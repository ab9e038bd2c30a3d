import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type DeviceRecord, deviceFromItem, deviceUpdate } from './device-item.ts';
import { queryPages } from './query-pages.ts';
import { devicePartition } from './registry-keys.ts';

/** What a door needs of devices. */
export const doorDevices = (documents: DynamoDBDocumentClient, table: string) => {
  const update = deviceUpdate(documents, table);

  return {
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
