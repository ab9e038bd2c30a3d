import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { badgeCategory, time } from '../contract/values.ts';
import { queryPages } from './query-pages.ts';
import { badgeKey, codeKey, revocationPartition } from './registry-keys.ts';

export const badgeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.string().nullable(),
  name: z.string().nullable(),
  code: z.string(),
  revokedAt: time.nullable().default(null),
  revokedReason: z.string().nullable().default(null),
});
export type BadgeRecord = z.infer<typeof badgeRecord>;

const codeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.string().nullable(),
  revokedAt: time.optional(),
});
/** What the door needs to know of a badge whose code another system made. */
export type CodeRecord = z.infer<typeof codeRecord>;

export const codeHash = (code: string): string => createHash('sha256').update(code).digest('base64url');

/**
 * Revocations are sorted by the clock of whoever wrote them, so one may appear a little before the newest
 * that was read; each reading goes back by this much.
 */
const REVOCATION_OVERLAP_MS = 60_000;

const overlapped = (key: string): string => {
  const at = Date.parse(key.slice(0, key.indexOf('#')));
  return new Date(at - REVOCATION_OVERLAP_MS).toISOString();
};

const revocationRecord = z.object({ sk: z.string(), badgeId: z.string() });

export const badgeStore = (documents: DynamoDBDocumentClient, table: string) => ({
  get: async (event: string, badgeId: string): Promise<BadgeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: badgeKey(event, badgeId), ConsistentRead: true }),
    );
    return Item && badgeRecord.parse(Item);
  },

  /** The badge of a code that was imported, in one read. */
  byCode: async (event: string, code: string): Promise<CodeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: codeKey(event, codeHash(code)) }),
    );
    return Item && codeRecord.parse(Item);
  },

  /**
   * Badges revoked since `lastKey` of an earlier answer, all of them without it. Some are named again, so
   * gather them in a set.
   */
  revokedSince: async (
    event: string,
    afterKey?: string,
  ): Promise<{ badgeIds: string[]; lastKey: string | undefined }> => {
    const badgeIds: string[] = [];
    let lastKey = afterKey;
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ProjectionExpression: 'sk, badgeId',
      ExpressionAttributeValues: {
        ':pk': revocationPartition(event),
        ':after': afterKey === undefined ? ' ' : overlapped(afterKey),
      },
    })) {
      for (const item of items) {
        const { sk, badgeId } = revocationRecord.parse(item);
        badgeIds.push(badgeId);
        if (lastKey === undefined || sk > lastKey) lastKey = sk;
      }
    }
    return { badgeIds, lastKey };
  },
});
export type BadgeStore = ReturnType<typeof badgeStore>;
