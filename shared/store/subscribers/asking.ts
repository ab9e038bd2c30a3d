import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Interest, OwnChannel } from '../../domain/subscriber.ts';
import { subscriberKey } from './keys.ts';

/** What is never confirmed is forgotten after two days. */
const PENDING_KEPT_MS = 48 * 60 * 60_000;
/** One request to confirm an endpoint in this time, however often somebody asks for it. */
export const ASK_AGAIN_MS = 60 * 60_000;

interface Wish extends Interest {
  readonly subscriptionId: string;
  readonly channel: OwnChannel;
  readonly endpoint: string;
}

/**
 * Deletes what has expired, so that who asks anew has nothing of before.
 * @returns whether there was something
 */
const forgetExpired = async (
  documents: DynamoDBDocumentClient,
  table: string,
  key: ReturnType<typeof subscriberKey>,
  now: number,
): Promise<boolean> => {
  try {
    await documents.send(
      new DeleteCommand({
        TableName: table,
        Key: key,
        ConditionExpression: 'expiresAt <= :nowSeconds',
        ExpressionAttributeValues: { ':nowSeconds': now / 1000 },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/**
 * Notes that an endpoint was asked for. What is there already stays as it is: a stranger changes nothing.
 * @returns whether the endpoint is to be asked to confirm now: not when it has, or was asked within the hour
 */
export const asker =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, wish: Wish, now: number): Promise<boolean> => {
    const key = subscriberKey(event, wish.subscriptionId);
    const subscriber = {
      ...wish,
      status: 'pending',
      askedAt: now,
      secretVersion: now,
      rotatedAt: 0,
    };
    const fields = Object.entries(subscriber).filter(([, value]) => value !== undefined);
    // The secret that was sent with the first request to confirm holds.
    const newValue = (name: string): string =>
      name === 'secretVersion' ? 'if_not_exists(#secretVersion, :secretVersion)' : `:${name}`;
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: `SET expiresAt = :expires, ${fields.map(([name]) => `#${name} = ${newValue(name)}`).join(', ')}`,
          ConditionExpression:
            'attribute_not_exists(pk) OR (#status = :status AND #askedAt < :again AND expiresAt > :nowSeconds)',
          ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
            ':expires': Math.ceil((now + PENDING_KEPT_MS) / 1000),
            ':again': now - ASK_AGAIN_MS,
            ':nowSeconds': now / 1000,
          },
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await forgetExpired(documents, table, key, now)) && asker(documents, table)(event, wish, now);
    }
  };
