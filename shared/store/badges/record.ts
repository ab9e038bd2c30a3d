import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { badgeCategory, time } from '../../contract/values.ts';
import { parseBadgeCode } from '../../domain/badge-code.ts';
import { type Action, readAll } from '../batches.ts';
import { badgeKey } from '../registry-keys.ts';

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

/** A badge as it is stored and as it shall be. */
export interface BadgeChange {
  readonly before: BadgeRecord | undefined;
  readonly after: BadgeRecord;
}

export const codeHash = (code: string): string => createHash('sha256').update(code).digest('base64url');
export const isForeign = (code: string): boolean => parseBadgeCode(code).kind === 'foreign';

/** Never touches what a revocation writes: an import may run beside one. */
export const putBadge = (
  table: string,
  event: string,
  { badgeId, category, country, name, code }: BadgeRecord,
): Action => ({
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

export const badgeRecords = (documents: DynamoDBDocumentClient, table: string) => ({
  get: async (event: string, badgeId: string): Promise<BadgeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: badgeKey(event, badgeId), ConsistentRead: true }),
    );
    return Item && badgeRecord.parse(Item);
  },

  /** Those of the badges that exist, by id. */
  getAll: async (event: string, badgeIds: readonly string[]): Promise<Map<string, BadgeRecord>> => {
    const items = await readAll(
      documents,
      table,
      badgeIds.map((badgeId) => badgeKey(event, badgeId)),
    );
    return new Map(items.map((item) => badgeRecord.parse(item)).map((badge) => [badge.badgeId, badge]));
  },
});
