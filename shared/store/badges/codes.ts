import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { time } from '../../contract/values.ts';
import type { CodeOwner } from '../../domain/code-owners.ts';
import { type Action, readAll } from '../batches.ts';
import { codeKey } from '../registry-keys.ts';
import { codeHash } from './code-hash.ts';
import type { BadgeRecord } from './record.ts';

/** Owners that a code had before; older ones are forgotten, so that an item stays small. */
const MAX_PAST_OWNERS = 20;

const pastOwner = z.object({
  badgeId: z.string(),
  category: z.string(),
  country: z.nullable(z.string()),
  since: z.nullable(time),
  until: time,
  deleted: z.optional(z.boolean()),
});
/** A code's item: who has it now, if anybody, and who had it before, the oldest first. */
const codeItem = z.object({
  badgeId: z.optional(z.string()),
  category: z.optional(z.string()),
  country: z._default(z.nullable(z.string()), null),
  /** Absent where it was stored before codes had a history. */
  since: z._default(z.nullable(time), null),
  revokedAt: z.optional(time),
  past: z._default(z.array(pastOwner), []),
});
type CodeItem = z.infer<typeof codeItem>;

/** What the door needs to know of a code that another system made. */
export interface CodeRecord {
  /** The oldest first, at least one. */
  readonly owners: readonly CodeOwner[];
  /** Since when the badge that has it now is revoked, ms; null where it is not. */
  readonly revokedAt: number | null;
}

const msOrNull = (text: string | null) => (text === null ? null : Date.parse(text));

const recordOf = ({ badgeId, category, country, since, past, revokedAt }: CodeItem): CodeRecord => ({
  owners: [
    ...past.map((owner) => ({ ...owner, since: msOrNull(owner.since), until: Date.parse(owner.until) })),
    ...(badgeId === undefined
      ? []
      : [{ badgeId, category: category ?? '', country, since: msOrNull(since), until: null }]),
  ],
  revokedAt: msOrNull(revokedAt ?? null),
});

/**
 * A code is for one badge alone.
 * @param since when the badge got it; undefined where it had it before
 */
export const claimCode = (
  table: string,
  event: string,
  { badgeId, category, country, code, revokedAt }: BadgeRecord,
  since: string | undefined,
): Action => ({
  Update: {
    TableName: table,
    Key: codeKey(event, codeHash(code)),
    UpdateExpression: `SET ${[
      'badgeId = :badge, category = :category, country = :country',
      ...(since === undefined ? [] : ['since = :since']),
      ...(revokedAt === null ? [] : ['revokedAt = :revoked']),
    ].join(', ')}`,
    ConditionExpression: 'attribute_not_exists(badgeId) OR badgeId = :badge',
    ExpressionAttributeValues: {
      ':badge': badgeId,
      ':category': category,
      ':country': country,
      ...(since !== undefined && { ':since': since }),
      ...(revokedAt !== null && { ':revoked': revokedAt }),
    },
  },
});

/** Takes back a claim of the import that could not be done: the code is as if nobody had asked for it. */
export const unclaimCode = async (
  documents: DynamoDBDocumentClient,
  table: string,
  event: string,
  { badgeId, code }: Pick<BadgeRecord, 'badgeId' | 'code'>,
  since: string,
): Promise<void> => {
  const claim = {
    TableName: table,
    Key: codeKey(event, codeHash(code)),
    ConditionExpression: 'badgeId = :badge AND since = :since',
    ExpressionAttributeValues: { ':badge': badgeId, ':since': since },
  };
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        ...claim,
        UpdateExpression: 'REMOVE badgeId, category, country, since, revokedAt',
        ReturnValues: 'ALL_NEW',
      }),
    );
    if (codeItem.parse(Attributes).past.length > 0) return;
    await documents.send(
      new DeleteCommand({
        TableName: table,
        Key: claim.Key,
        ConditionExpression: 'attribute_not_exists(badgeId) AND attribute_not_exists(past)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

/**
 * What gives the badges' codes back, by badge: each stays known as what they had until then.
 * @param deleted whether the badges are deleted
 */
export const freeingCodes = async (
  documents: DynamoDBDocumentClient,
  table: string,
  event: string,
  badges: readonly Pick<BadgeRecord, 'badgeId' | 'code'>[],
  until: string,
  deleted = false,
): Promise<ReadonlyMap<string, Action>> => {
  const keyed = z.extend(codeItem, { pk: z.string() });
  const items = (
    await readAll(
      documents,
      table,
      badges.map(({ code }) => codeKey(event, codeHash(code))),
    )
  ).map((item) => keyed.parse(item));
  const byKey = new Map(items.map((item) => [item.pk, item]));
  return new Map(
    badges.flatMap(({ badgeId, code }): [string, Action][] => {
      const Key = codeKey(event, codeHash(code));
      const item = byKey.get(Key.pk);
      if (item?.badgeId !== badgeId) return [];
      const { category = '', country, since } = item;
      const past = [...item.past, { badgeId, category, country, since, until, deleted }].slice(
        -MAX_PAST_OWNERS,
      );
      return [
        [
          badgeId,
          {
            Update: {
              TableName: table,
              Key,
              UpdateExpression: 'SET past = :past REMOVE badgeId, category, country, since, revokedAt',
              ConditionExpression: 'badgeId = :badge',
              ExpressionAttributeValues: { ':past': past, ':badge': badgeId },
            },
          },
        ],
      ];
    }),
  );
};

/** Whose a code was and is, in one read; undefined for one that no badge ever had. */
export const ownersOfCode =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    code: string,
    { consistent = false }: { readonly consistent?: boolean } = {},
  ): Promise<CodeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: table,
        Key: codeKey(event, codeHash(code)),
        ConsistentRead: consistent,
      }),
    );
    return Item && recordOf(codeItem.parse(Item));
  };
