import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Action } from '../batches.ts';
import { queryPages } from '../query-pages.ts';
import { badgeKey, codeKey, revocationPartition, revocationSort } from '../registry-keys.ts';
import { type BadgeRecord, badgeRecords, codeHash, isForeign } from './record.ts';

/**
 * Revocations are sorted by the clock of whoever wrote them, so one may appear a little before the newest
 * that was read; each reading goes back by this much.
 */
const REVOCATION_OVERLAP_MS = 60_000;

const MAX_TRIES = 3;

const overlapped = (key: string): string => {
  const at = Date.parse(key.slice(0, key.indexOf('#')));
  return new Date(at - REVOCATION_OVERLAP_MS).toISOString();
};

const revocationRecord = z.object({ sk: z.string(), badgeId: z.string() });

/** The badge, the list that doors read, and its code where another system made it: all or nothing. */
const revoking = (
  table: string,
  event: string,
  { badgeId, code }: BadgeRecord,
  revokedAt: string,
  reason: string | null,
): Action[] => {
  const revokeCode = {
    Update: {
      TableName: table,
      Key: codeKey(event, codeHash(code)),
      UpdateExpression: 'SET revokedAt = :at',
      ConditionExpression: 'badgeId = :badge',
      ExpressionAttributeValues: { ':at': revokedAt, ':badge': badgeId },
    },
  };
  return [
    {
      Update: {
        TableName: table,
        Key: badgeKey(event, badgeId),
        UpdateExpression: 'SET revokedAt = :at, revokedReason = :reason',
        ConditionExpression: 'code = :code AND attribute_not_exists(revokedAt)',
        ExpressionAttributeValues: { ':at': revokedAt, ':reason': reason, ':code': code },
      },
    },
    {
      Put: {
        TableName: table,
        Item: { pk: revocationPartition(event), sk: revocationSort(revokedAt, badgeId), badgeId },
      },
    },
    ...(isForeign(code) ? [revokeCode] : []),
  ];
};

export const badgeRevocations = (documents: DynamoDBDocumentClient, table: string) => {
  const { get } = badgeRecords(documents, table);
  return {
    /** Revokes for good; the time and reason of the first revocation stay. Undefined for an unknown badge. */
    revoke: async (
      event: string,
      badgeId: string,
      reason: string | null,
      now: number,
    ): Promise<BadgeRecord | undefined> => {
      for (let attempt = 1; ; attempt += 1) {
        const badge = await get(event, badgeId);
        if (!badge || badge.revokedAt !== null) return badge;
        const revokedAt = new Date(now).toISOString();
        try {
          await documents.send(
            new TransactWriteCommand({ TransactItems: revoking(table, event, badge, revokedAt, reason) }),
          );
        } catch (error) {
          // An import or another revocation came in between.
          if (error instanceof TransactionCanceledException && attempt < MAX_TRIES) continue;
          throw error;
        }
        return { ...badge, revokedAt, revokedReason: reason };
      }
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
  };
};
