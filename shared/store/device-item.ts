import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Device } from '../contract/devices.ts';
import { deviceRole, time } from '../contract/values.ts';
import { deviceKey } from './registry-keys.ts';

const stored = z.object({
  sk: z.string(),
  name: z.string(),
  role: deviceRole,
  sessions: z.nullable(z.array(z.string())),
  tokenHash: z._default(z.nullable(z.string()), null),
  revokedAt: z._default(z.nullable(time), null),
  createdAt: time,
  lastSeenAt: z._default(z.nullable(time), null),
  lastScanAt: z._default(z.nullable(time), null),
  queued: z._default(z.nullable(z.int()), null),
});

export interface DeviceRecord extends Device {
  /** SHA-256 of its token, base64url; null until it is paired. */
  readonly tokenHash: string | null;
}

export const deviceFromItem = (item: Record<string, unknown>): DeviceRecord => {
  const { sk, tokenHash, ...device } = stored.parse(item);
  return { ...device, deviceId: sk, paired: tokenHash !== null, tokenHash };
};

/** Changes a device that exists and meets a condition; undefined for any other. */
export const deviceUpdate =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    deviceId: string,
    change: { set: string; condition: string; values: Record<string, unknown> },
  ): Promise<DeviceRecord | undefined> => {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: deviceKey(event, deviceId),
          UpdateExpression: `SET ${change.set}`,
          ConditionExpression: `attribute_exists(pk) AND (${change.condition})`,
          ExpressionAttributeValues: change.values,
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes && deviceFromItem(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };
export type DeviceUpdate = ReturnType<typeof deviceUpdate>;
