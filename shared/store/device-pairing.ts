import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeviceRecord, DeviceUpdate } from './device-item.ts';
import { deviceKey, pairingKey } from './registry-keys.ts';
import { hashOf } from './token-hash.ts';

const pairing = z.object({ event: z.string(), deviceId: z.string(), expiresAt: z.number() });

/** How a device comes to its token: by a code that is shown once and can be spent once. */
export const devicePairing = (documents: DynamoDBDocumentClient, table: string, update: DeviceUpdate) => {
  /** Deletes a code. The condition lets one of two who come at once have it, on every engine. */
  const spend = async (code: string): Promise<z.infer<typeof pairing> | undefined> => {
    try {
      const { Attributes } = await documents.send(
        new DeleteCommand({
          TableName: table,
          Key: pairingKey(hashOf(code)),
          ConditionExpression: 'attribute_exists(pk)',
          ReturnValues: 'ALL_OLD',
        }),
      );
      return pairing.parse(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    create: async (
      event: string,
      device: Pick<DeviceRecord, 'deviceId' | 'name' | 'role' | 'sessions' | 'createdAt'>,
      code: { text: string; expiresAt: number },
    ): Promise<void> => {
      const { deviceId, ...rest } = device;
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...deviceKey(event, deviceId), ...rest } }),
      );
      await documents.send(
        new PutCommand({
          TableName: table,
          // `expiresAt` is the table's time to live: seconds, and only a hint to DynamoDB.
          Item: {
            ...pairingKey(hashOf(code.text)),
            event,
            deviceId,
            expiresAt: Math.ceil(code.expiresAt / 1000),
          },
        }),
      );
    },

    /**
     * Spends a pairing code: once, and only before it expires.
     * @param makeToken the token of the device whose code it is
     * @returns undefined for a code that is wrong, spent or expired: a guesser learns nothing
     */
    pair: async (
      code: string,
      now: number,
      makeToken: (event: string, deviceId: string) => string,
    ): Promise<{ device: DeviceRecord; event: string; token: string } | undefined> => {
      const spent = await spend(code);
      if (!spent || spent.expiresAt * 1000 < now) return undefined;
      const { event, deviceId } = spent;
      const token = makeToken(event, deviceId);
      const device = await update(event, deviceId, {
        set: 'tokenHash = :hash, lastSeenAt = :now',
        condition: 'attribute_not_exists(revokedAt)',
        values: { ':hash': hashOf(token), ':now': new Date(now).toISOString() },
      });
      return device && { device, event, token };
    },
  };
};
