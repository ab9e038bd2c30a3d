import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { badgeCategory, time } from '../../contract/values.ts';
import { type Action, readAll } from '../batches.ts';
import { readable } from '../readable.ts';
import { badgeKey } from '../registry-keys.ts';
import { codeHash, isForeign } from './code-hash.ts';
import { isBadge } from './holders.ts';

const badgeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.nullable(z.string()),
  name: z.nullable(z.string()),
  company: z._default(z.nullable(z.string()), null),
  code: z.string(),
  /** Number of the print that is valid. */
  issue: z._default(z.int(), 1),
  reissuedAt: z._default(z.nullable(time), null),
  reissuedReason: z._default(z.nullable(z.string()), null),
  revokedAt: z._default(z.nullable(time), null),
  revokedReason: z._default(z.nullable(z.string()), null),
  /** When its standing last changed; see standings.ts. */
  standingAt: z.optional(time),
});
export type BadgeRecord = z.infer<typeof badgeRecord>;

/** A badge as it is stored and as it shall be. */
export interface BadgeChange {
  readonly before: BadgeRecord | undefined;
  readonly after: BadgeRecord;
}

/** Noted by the badge: a code's item has only a hash in its key, and is found by nothing else when the event goes. */
const formerCode = (before: BadgeRecord | undefined, after: BadgeRecord): boolean =>
  before !== undefined && before.code !== after.code && isForeign(before.code);

/** Never touches what a revocation writes: an import may run beside one. A code that changed meanwhile stays. */
export const putBadge = (table: string, event: string, { before, after }: BadgeChange): Action => ({
  Update: {
    TableName: table,
    Key: badgeKey(event, after.badgeId),
    UpdateExpression: `SET badgeId = :id, category = :category, country = :country, #name = :name, company = :company, code = :code,
      issue = :issue, reissuedAt = :reissuedAt, reissuedReason = :reissuedReason${
        after.standingAt === undefined ? '' : ', standingAt = :standingAt'
      }${formerCode(before, after) ? ' ADD formerCodes :former' : ''}`,
    ConditionExpression: before ? 'code = :before' : 'attribute_not_exists(code)',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: {
      ':id': after.badgeId,
      ':category': after.category,
      ':country': after.country,
      ':name': after.name,
      ':company': after.company,
      ':code': after.code,
      ':issue': after.issue,
      ':reissuedAt': after.reissuedAt,
      ':reissuedReason': after.reissuedReason,
      ...(after.standingAt !== undefined && { ':standingAt': after.standingAt }),
      ...(before && { ':before': before.code }),
      ...(before && formerCode(before, after) && { ':former': new Set([codeHash(before.code)]) }),
    },
  },
});

const grave = z.object({ pk: z.string(), nextIssue: z._default(z.int(), 1) });

export const badgeRecords = (documents: DynamoDBDocumentClient, table: string) => ({
  get: async (event: string, badgeId: string): Promise<BadgeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: badgeKey(event, badgeId), ConsistentRead: true }),
    );
    return Item && isBadge(Item) ? badgeRecord.parse(Item) : undefined;
  },

  /** Those of the badges that exist, by id. */
  getAll: async (event: string, badgeIds: readonly string[]): Promise<Map<string, BadgeRecord>> => {
    const items = await readAll(
      documents,
      table,
      badgeIds.map((badgeId) => badgeKey(event, badgeId)),
    );
    return new Map(
      readable(items.filter(isBadge), (item) => badgeRecord.parse(item)).map((badge) => [
        badge.badgeId,
        badge,
      ]),
    );
  },

  /** With which number the first print of a badge begins: later than those of a badge that was deleted. */
  firstIssues: async (event: string, badgeIds: readonly string[]): Promise<Map<string, number>> => {
    const keys = badgeIds.map((badgeId) => ({ badgeId, key: badgeKey(event, badgeId) }));
    const items = await readAll(
      documents,
      table,
      keys.map(({ key }) => key),
    );
    const byKey = new Map(items.map((item) => grave.parse(item)).map(({ pk, nextIssue }) => [pk, nextIssue]));
    return new Map(keys.map(({ badgeId, key }) => [badgeId, byKey.get(key.pk) ?? 1]));
  },
});
