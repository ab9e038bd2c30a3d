import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Notice, parseNotices } from '../contract/notices.ts';

const levelItem = z.object({
  fired: z.array(z.number()),
  changes: z.int(),
  outbox: z.string().transform(parseNotices),
});

/** Which thresholds of a session were told, and what is not sent yet. */
export interface LevelRecord {
  readonly fired: readonly number[];
  /** Grows with every change; 0 before the first. */
  readonly changes: number;
  readonly outbox: readonly Notice[];
}

const told = z.object({ state: z.string(), sent: z.boolean() });

const orElse = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return otherwise;
    throw error;
  }
};

/** No session is called like this, so its timeline is elsewhere. */
export const toldPartition = (event: string): string => `${event}##told`;

/**
 * What the operations topic was told, in the Counts table. A notice is written down before it is sent and crossed
 * out after: a crash in between sends it again, under the same id, and loses none.
 */
export const noticeLedger = (documents: DynamoDBDocumentClient, table: string) => {
  const levelKey = (event: string, sessionId: string) => ({ pk: `${event}#${sessionId}`, sk: 'W' });
  const toldKey = (event: string, topic: string) => ({ pk: toldPartition(event), sk: topic });

  return {
    level: async (event: string, sessionId: string): Promise<LevelRecord> => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: levelKey(event, sessionId), ConsistentRead: true }),
      );
      return Item ? levelItem.parse(Item) : { fired: [], changes: 0, outbox: [] };
    },

    /** Replaces a level record that was read before. @returns false when it has changed since */
    setLevel: (
      event: string,
      sessionId: string,
      before: LevelRecord,
      { fired, outbox }: Pick<LevelRecord, 'fired' | 'outbox'>,
    ): Promise<boolean> =>
      orElse(async () => {
        await documents.send(
          new UpdateCommand({
            TableName: table,
            Key: levelKey(event, sessionId),
            UpdateExpression: 'SET fired = :fired, outbox = :outbox, changes = :next',
            ConditionExpression: before.changes === 0 ? 'attribute_not_exists(changes)' : 'changes = :before',
            ExpressionAttributeValues: {
              ':fired': [...fired],
              ':outbox': JSON.stringify(outbox),
              ':next': before.changes + 1,
              ...(before.changes > 0 && { ':before': before.changes }),
            },
          }),
        );
        return true;
      }, false),

    /**
     * Sends a notice once for each state of its topic: not again while the state stays the same.
     * @param topic such as `silent#<deviceId>`; @param state such as the time since when
     */
    once: async (
      event: string,
      topic: string,
      state: string,
      send: () => Promise<void>,
    ): Promise<'sent' | 'told before'> => {
      const Key = toldKey(event, topic);
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      const known = told.safeParse(Item);
      if (known.success && known.data.state === state && known.data.sent) return 'told before';
      const set = (sent: boolean, condition?: string) =>
        orElse(async () => {
          await documents.send(
            new UpdateCommand({
              TableName: table,
              Key,
              UpdateExpression: 'SET #state = :state, sent = :sent',
              ...(condition && { ConditionExpression: condition }),
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: { ':state': state, ':sent': sent },
            }),
          );
          return true;
        }, false);
      if (!known.success || known.data.state !== state) await set(false);
      await send();
      await set(true, '#state = :state');
      return 'sent';
    },
  };
};
export type NoticeLedger = ReturnType<typeof noticeLedger>;
