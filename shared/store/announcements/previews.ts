import { createHash, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { queryPages } from '../query-pages.ts';
import { editionPartition } from './items.ts';

const PREVIEW = 'V#';
const MAX_ACCESSES = 200;

const preview = z.object({
  previewId: z.string(),
  to: z.string(),
  createdAt: z.string(),
  expiresAt: z.nullable(z.string()),
  revokedAt: z.optional(z.string()),
  opened: z.int(),
  lastOpenedAt: z.nullable(z.string()),
  accesses: z.array(z.object({ at: z.string(), client: z.string() })),
});
/** A link that somebody was given; times are RFC 3339. */
export type StoredPreview = z.infer<typeof preview>;

/** All that is kept of a token: it opens nothing. */
const idOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 32);

const orFalse = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const keyOf = (event: string, announcementId: string, previewId: string) => ({
  pk: editionPartition(event, announcementId),
  sk: `${PREVIEW}${previewId}`,
});

const lister =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, announcementId: string): Promise<StoredPreview[]> => {
    const previews: StoredPreview[] = [];
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': editionPartition(event, announcementId), ':prefix': PREVIEW },
      ConsistentRead: true,
    })) {
      previews.push(...items.map((item) => preview.parse(item)));
    }
    return previews.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  };

/** Notes that it was opened. @returns false when it was revoked, or is gone */
const recorder =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    announcementId: string,
    previewId: string,
    access: { readonly at: string; readonly client: string },
  ): Promise<boolean> => {
    const common = { TableName: table, Key: keyOf(event, announcementId, previewId) };
    const alive = 'attribute_exists(pk) AND attribute_not_exists(revokedAt)';
    const values = { ':one': 1, ':at': access.at };
    const listed = new UpdateCommand({
      ...common,
      UpdateExpression: 'SET lastOpenedAt = :at, accesses = list_append(accesses, :access) ADD opened :one',
      ConditionExpression: `${alive} AND size(accesses) < :max`,
      ExpressionAttributeValues: { ...values, ':access': [access], ':max': MAX_ACCESSES },
    });
    const counted = new UpdateCommand({
      ...common,
      UpdateExpression: 'SET lastOpenedAt = :at ADD opened :one',
      ConditionExpression: alive,
      ExpressionAttributeValues: values,
    });
    return (await orFalse(documents.send(listed))) || orFalse(documents.send(counted));
  };

/** In the Announcements table, beside the editions of their announcement. */
export const previewStore = (documents: DynamoDBDocumentClient, table: string) => {
  const list = lister(documents, table);
  return {
    /** @returns the token with it, which nobody can find out again */
    create: async (
      event: string,
      announcementId: string,
      { to, expiresAt, createdAt }: Pick<StoredPreview, 'to' | 'expiresAt' | 'createdAt'>,
    ): Promise<StoredPreview & { readonly token: string }> => {
      const token = randomBytes(24).toString('base64url');
      const made = {
        previewId: idOf(token),
        to,
        createdAt,
        expiresAt,
        opened: 0,
        lastOpenedAt: null,
        accesses: [],
      };
      const Item = { ...keyOf(event, announcementId, made.previewId), ...made };
      await documents.send(new PutCommand({ TableName: table, Item }));
      return { ...made, token };
    },

    list,

    find: async (
      event: string,
      announcementId: string,
      token: string,
    ): Promise<StoredPreview | undefined> => {
      const Key = keyOf(event, announcementId, idOf(token));
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && preview.parse(Item);
    },

    opened: recorder(documents, table),

    /** @returns false when there is none; a second time changes nothing */
    revoke: (event: string, announcementId: string, previewId: string, at: string): Promise<boolean> =>
      orFalse(
        documents.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(event, announcementId, previewId),
            UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :at)',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':at': at },
          }),
        ),
      ),

    /** With a draft that is deleted goes who was to read it. */
    removeAll: async (event: string, announcementId: string): Promise<void> => {
      for (const { previewId } of await list(event, announcementId)) {
        await documents.send(
          new DeleteCommand({ TableName: table, Key: keyOf(event, announcementId, previewId) }),
        );
      }
    },
  };
};
export type PreviewStore = ReturnType<typeof previewStore>;
