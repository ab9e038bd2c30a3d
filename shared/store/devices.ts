import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Device } from '../contract/devices.ts';
import { deviceRole, time } from '../contract/values.ts';
import { queryPages } from './query-pages.ts';
import { devicePartition, pairingKey } from './registry-keys.ts';

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

const pairing = z.object({ event: z.string(), deviceId: z.string(), expiresAt: z.number() });

const recordOf = (item: Record<string, unknown>): DeviceRecord => {
  const { sk, tokenHash, ...device } = stored.parse(item);
  return { ...device, deviceId: sk, paired: tokenHash !== null, tokenHash };
};

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
const TOKEN_BYTES = 32;

/** A new device token: `<event>.<deviceId>.<secret>`; only its hash is stored. */
const makeToken = (event: string, deviceId: string): string =>
  `${event}.${deviceId}.${randomBytes(TOKEN_BYTES).toString('base64url')}`;

/** The parts of a device token, or undefined for anything else. */
export const parseDeviceToken = (token: string): { event: string; deviceId: string } | undefined => {
  const [, event, deviceId] =
    /^([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}$/.exec(token) ?? [];
  return event && deviceId ? { event, deviceId } : undefined;
};

/** Compares in constant time: how long it takes says nothing about the stored hash. */
export const isTokenOf = (token: string, { tokenHash }: DeviceRecord): boolean => {
  if (tokenHash === null) return false;
  const [given, kept] = [Buffer.from(hashOf(token)), Buffer.from(tokenHash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
};

export const deviceStore = (documents: DynamoDBDocumentClient, table: string) => {
  const keyOf = (event: string, deviceId: string) => ({ pk: devicePartition(event), sk: deviceId });

  const update = async (
    event: string,
    deviceId: string,
    change: { set: string; condition: string; values: Record<string, unknown> },
  ): Promise<DeviceRecord | undefined> => {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(event, deviceId),
          UpdateExpression: `SET ${change.set}`,
          ConditionExpression: `attribute_exists(pk) AND (${change.condition})`,
          ExpressionAttributeValues: change.values,
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes && recordOf(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  const get = async (event: string, deviceId: string): Promise<DeviceRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(event, deviceId), ConsistentRead: true }),
    );
    return Item && recordOf(Item);
  };

  return {
    get,

    create: async (
      event: string,
      device: Pick<DeviceRecord, 'deviceId' | 'name' | 'role' | 'sessions' | 'createdAt'>,
      code: { text: string; expiresAt: number },
    ): Promise<void> => {
      const { deviceId, ...rest } = device;
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...keyOf(event, deviceId), ...rest } }),
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
     * @returns undefined for a code that is wrong, spent or expired: a guesser learns nothing
     */
    pair: async (
      code: string,
      now: number,
    ): Promise<{ device: DeviceRecord; event: string; token: string } | undefined> => {
      const { Attributes } = await documents.send(
        new DeleteCommand({ TableName: table, Key: pairingKey(hashOf(code)), ReturnValues: 'ALL_OLD' }),
      );
      const spent = pairing.safeParse(Attributes);
      if (!spent.success || spent.data.expiresAt * 1000 < now) return undefined;
      const { event, deviceId } = spent.data;
      const token = makeToken(event, deviceId);
      const device = await update(event, deviceId, {
        set: 'tokenHash = :hash, lastSeenAt = :now',
        condition: 'attribute_not_exists(revokedAt)',
        values: { ':hash': hashOf(token), ':now': new Date(now).toISOString() },
      });
      return device && { device, event, token };
    },

    /** Every device of an event. */
    all: async (event: string): Promise<DeviceRecord[]> => {
      const devices: DeviceRecord[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': devicePartition(event) },
      })) {
        devices.push(...items.map(recordOf));
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
      const devices = Items.map(recordOf);
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
