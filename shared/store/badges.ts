import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { badgeCategory, time } from '../contract/values.ts';
import { parseBadgeCode } from '../domain/badge-code.ts';
import { nameBeginnings } from '../domain/names.ts';
import { type Action, forEachOf, readAll, transactAll } from './batches.ts';
import { queryPages } from './query-pages.ts';
import {
  badgeKey,
  codeKey,
  namePartition,
  nameSort,
  revocationPartition,
  revocationSort,
} from './registry-keys.ts';

const badgeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.nullable(z.string()),
  name: z.nullable(z.string()),
  code: z.string(),
  revokedAt: z._default(z.nullable(time), null),
  revokedReason: z._default(z.nullable(z.string()), null),
});
export type BadgeRecord = z.infer<typeof badgeRecord>;

const codeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.nullable(z.string()),
  revokedAt: z.optional(time),
});
/** What the door needs to know of a badge whose code another system made. */
export type CodeRecord = z.infer<typeof codeRecord>;

/** A badge as it is stored and as it shall be. */
export interface BadgeChange {
  readonly before: BadgeRecord | undefined;
  readonly after: BadgeRecord;
}

const codeHash = (code: string): string => createHash('sha256').update(code).digest('base64url');
const isForeign = (code: string): boolean => parseBadgeCode(code).kind === 'foreign';

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
const nameRecord = z.object({ sk: z.string(), badgeId: z.string() });

const MAX_TRIES = 3;

export const badgeStore = (documents: DynamoDBDocumentClient, table: string) => {
  const get = async (event: string, badgeId: string): Promise<BadgeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: badgeKey(event, badgeId), ConsistentRead: true }),
    );
    return Item && badgeRecord.parse(Item);
  };

  /** A code is for one badge alone. */
  const claim = (event: string, { badgeId, category, country, code, revokedAt }: BadgeRecord): Action => ({
    Update: {
      TableName: table,
      Key: codeKey(event, codeHash(code)),
      UpdateExpression: `SET badgeId = :badge, category = :category, country = :country${
        revokedAt === null ? '' : ', revokedAt = :revoked'
      }`,
      ConditionExpression: 'attribute_not_exists(pk) OR badgeId = :badge',
      ExpressionAttributeValues: {
        ':badge': badgeId,
        ':category': category,
        ':country': country,
        ...(revokedAt !== null && { ':revoked': revokedAt }),
      },
    },
  });

  const freeCode = async (event: string, badgeId: string, code: string) => {
    try {
      await documents.send(
        new DeleteCommand({
          TableName: table,
          Key: codeKey(event, codeHash(code)),
          ConditionExpression: 'attribute_not_exists(pk) OR badgeId = :badge',
          ExpressionAttributeValues: { ':badge': badgeId },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  /** Never touches what a revocation writes: an import may run beside one. */
  const put = (event: string, { badgeId, category, country, name, code }: BadgeRecord): Action => ({
    Update: {
      TableName: table,
      Key: badgeKey(event, badgeId),
      UpdateExpression:
        'SET badgeId = :id, category = :category, country = :country, #name = :name, code = :code',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: {
        ':id': badgeId,
        ':category': category,
        ':country': country,
        ':name': name,
        ':code': code,
      },
    },
  });

  const nameKeys = (event: string, { badgeId, name }: BadgeRecord) =>
    nameBeginnings(name).map((beginning) => ({
      pk: namePartition(event, beginning),
      sk: nameSort(beginning, badgeId),
    }));

  const renaming = (event: string, before: BadgeRecord | undefined, after: BadgeRecord): Action[] => {
    if (before?.name === after.name) return [];
    const keys = nameKeys(event, after);
    const kept = new Set(keys.map(({ sk }) => sk));
    const stale = before ? nameKeys(event, before).filter(({ sk }) => !kept.has(sk)) : [];
    return [
      ...keys.map((key) => ({ Put: { TableName: table, Item: { ...key, badgeId: after.badgeId } } })),
      ...stale.map((key) => ({ Delete: { TableName: table, Key: key } })),
    ];
  };

  return {
    get,

    /** Those of the badges that exist, by id. */
    getAll: async (event: string, badgeIds: readonly string[]): Promise<Map<string, BadgeRecord>> => {
      const items = await readAll(
        documents,
        table,
        badgeIds.map((badgeId) => badgeKey(event, badgeId)),
      );
      return new Map(items.map((item) => badgeRecord.parse(item)).map((badge) => [badge.badgeId, badge]));
    },

    /** The badge of a code that was imported, in one read. */
    byCode: async (event: string, code: string): Promise<CodeRecord | undefined> => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: codeKey(event, codeHash(code)) }),
      );
      return Item && codeRecord.parse(Item);
    },

    /**
     * Stores badges, each with its names. Codes come first, each for one badge alone; what is left half done
     * by a crash is harmless, and doing it again mends it.
     * @returns the badges whose code belongs to another badge; if there are any, nothing is stored
     */
    save: async (event: string, changes: readonly BadgeChange[]): Promise<string[]> => {
      const freed = changes.flatMap(({ before, after }) =>
        before && before.code !== after.code && isForeign(before.code) ? [before] : [],
      );
      const stillHeld = new Set(freed.map(({ code }) => code));
      const claims = changes
        .filter(({ after }) => isForeign(after.code))
        .map(({ before, after }) => ({
          badge: after,
          isNew: before?.code !== after.code,
          actions: [claim(event, after)],
        }));
      const swapped = claims.filter(({ badge, isNew }) => isNew && stillHeld.has(badge.code));
      const taken = swapped.length > 0 ? swapped : await transactAll(documents, claims);
      if (taken.length > 0) {
        const claimed = swapped.length > 0 ? [] : claims.filter(({ isNew }) => isNew);
        await forEachOf(claimed, ({ badge }) => freeCode(event, badge.badgeId, badge.code));
        return taken.map(({ badge }) => badge.badgeId);
      }
      await transactAll(
        documents,
        changes.map(({ before, after }) => ({
          actions: [put(event, after), ...renaming(event, before, after)],
        })),
      );
      await forEachOf(freed, ({ badgeId, code }) => freeCode(event, badgeId, code));
      return [];
    },

    /**
     * Badge ids under names that begin with these folded letters, by name; some may have been renamed since.
     * @param after sort key of the last one that was read
     */
    findNames: async (event: string, search: string, limit: number, after: string | undefined) => {
      const pk = namePartition(event, search);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :search)',
          ExpressionAttributeValues: { ':pk': pk, ':search': search },
          Limit: limit,
          ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
        }),
      );
      const found = Items.map((item) => nameRecord.parse(item));
      return {
        badgeIds: found.map(({ badgeId }) => badgeId),
        next: LastEvaluatedKey ? found.at(-1)?.sk : undefined,
      };
    },

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
            new TransactWriteCommand({
              TransactItems: [
                {
                  Update: {
                    TableName: table,
                    Key: badgeKey(event, badgeId),
                    UpdateExpression: 'SET revokedAt = :at, revokedReason = :reason',
                    ConditionExpression: 'code = :code AND attribute_not_exists(revokedAt)',
                    ExpressionAttributeValues: { ':at': revokedAt, ':reason': reason, ':code': badge.code },
                  },
                },
                {
                  Put: {
                    TableName: table,
                    Item: { pk: revocationPartition(event), sk: revocationSort(revokedAt, badgeId), badgeId },
                  },
                },
                ...(isForeign(badge.code)
                  ? [
                      {
                        Update: {
                          TableName: table,
                          Key: codeKey(event, codeHash(badge.code)),
                          UpdateExpression: 'SET revokedAt = :at',
                          ConditionExpression: 'badgeId = :badge',
                          ExpressionAttributeValues: { ':at': revokedAt, ':badge': badgeId },
                        },
                      },
                    ]
                  : []),
              ],
            }),
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
export type BadgeStore = ReturnType<typeof badgeStore>;
