import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ASK_AGAIN_MS } from './asking.ts';
import { askedKey } from './keys.ts';

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/** How much was asked for within the hour, by keyed hash of who asks or is asked: no address is stored, nor kept. */
export const askingLimits = (documents: DynamoDBDocumentClient, table: string) => {
  const update = async (
    hash: string,
    expiresAt: number,
    change: string,
    condition: string,
    values: object,
  ): Promise<boolean> => {
    try {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: askedKey(hash),
          UpdateExpression: `SET expiresAt = :expires${change}`,
          ConditionExpression: condition,
          ExpressionAttributeValues: { ':expires': expiresAt, ...values },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    /**
     * Counts one request of a source in the hour of the clock.
     * @returns whether it is one of the first `limit`; then how many ms are left of the hour
     */
    count: async (
      source: string,
      limit: number,
      now: number,
    ): Promise<{ within: boolean; leftMs: number }> => {
      const hour = Math.floor(now / ASK_AGAIN_MS);
      const end = (hour + 1) * ASK_AGAIN_MS;
      const within = await update(
        `${source}#${hour}`,
        seconds(end),
        ' ADD asked :one',
        'attribute_not_exists(pk) OR asked < :limit',
        { ':one': 1, ':limit': limit },
      );
      return { within, leftMs: end - now };
    },

    /**
     * Claims that an endpoint is asked now.
     * @param wanted when false, the same is written in the same time, and nothing changes
     * @returns whether it was not asked within the hour
     */
    claim: (endpoint: string, now: number, wanted: boolean): Promise<boolean> =>
      update(
        endpoint,
        seconds(now + ASK_AGAIN_MS),
        ', askedAt = :now',
        wanted
          ? 'attribute_not_exists(pk) OR askedAt < :again'
          : 'attribute_not_exists(pk) AND attribute_exists(pk) AND askedAt < :again',
        { ':now': now, ':again': now - ASK_AGAIN_MS },
      ),

    /** What was claimed could not be asked. */
    release: async (endpoint: string): Promise<void> => {
      await documents.send(new DeleteCommand({ TableName: table, Key: askedKey(endpoint) }));
    },
  };
};
export type AskingLimits = ReturnType<typeof askingLimits>;
