import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type DeviceRecord, deviceFromItem, deviceUpdate } from './device-item.ts';
import { devicePairing } from './device-pairing.ts';
import { doorDevices } from './door-devices.ts';
import type { Page, PageRequest } from './list-page.ts';
import { queryPages } from './query-pages.ts';
import { readable } from './readable.ts';
import { deviceKey, devicePartition } from './registry-keys.ts';

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
    ...doorDevices(documents, table),
    ...devicePairing(documents, table, update),

    /** Every device of an event. */
    all: async (event: string): Promise<DeviceRecord[]> => {
      const devices: DeviceRecord[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': devicePartition(event) },
      })) {
        devices.push(...readable(items, deviceFromItem));
      }
      return devices;
    },

    page: async (event: string, { limit, after }: PageRequest<DeviceRecord>): Promise<Page<DeviceRecord>> => {
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
      const next: unknown = LastEvaluatedKey?.['sk'];
      return { items: readable(Items, deviceFromItem), ...(typeof next === 'string' && { next }) };
    },

    /** Keeps the first time of revocation; undefined for an unknown device. */
    revoke: (event: string, deviceId: string, at: string): Promise<DeviceRecord | undefined> =>
      update(event, deviceId, {
        set: 'revokedAt = if_not_exists(revokedAt, :at)',
        condition: 'attribute_exists(sk)',
        values: { ':at': at },
      }),
  };
};
export type DeviceStore = ReturnType<typeof deviceStore>;
