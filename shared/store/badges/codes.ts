import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { badgeCategory, time } from '../../contract/values.ts';
import type { Action } from '../batches.ts';
import { codeKey } from '../registry-keys.ts';
import { type BadgeRecord, codeHash } from './record.ts';

const codeRecord = z.object({
  badgeId: z.string(),
  category: badgeCategory,
  country: z.nullable(z.string()),
  revokedAt: z.optional(time),
});
/** What the door needs to know of a badge whose code another system made. */
export type CodeRecord = z.infer<typeof codeRecord>;

/** A code is for one badge alone. */
export const claimCode = (
  table: string,
  event: string,
  { badgeId, category, country, code, revokedAt }: BadgeRecord,
): Action => ({
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

/** Gives a code back, unless another badge has it by now. */
export const freeCode = async (
  documents: DynamoDBDocumentClient,
  table: string,
  event: string,
  { badgeId, code }: Pick<BadgeRecord, 'badgeId' | 'code'>,
): Promise<void> => {
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

/** The badge of a code that was imported, in one read. */
export const badgeByCode =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, code: string): Promise<CodeRecord | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: codeKey(event, codeHash(code)) }),
    );
    return Item && codeRecord.parse(Item);
  };
