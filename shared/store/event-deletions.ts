import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type EventRecord, eventRecord } from './events.ts';
import { queryPages } from './query-pages.ts';
import { DELETIONS_PARTITION, EVENTS_PARTITION, eventKey } from './registry-keys.ts';

const deletion = z.object({
  /** RFC 3339, as `erasedAt`, which is null until nothing is left. */
  requestedAt: z.string(),
  by: z.string(),
  erasedAt: z._default(z.nullable(z.string()), null),
});
export type Deletion = z.infer<typeof deletion>;

/** An event that is being erased. */
export interface Leaving {
  readonly record: EventRecord;
  readonly deletion: Deletion;
  /** Most that a version of its programme was ever numbered. */
  readonly lastVersion: number;
  /** All that it ever had. */
  readonly languages: readonly string[];
}

const withDeletion = z.object({ deletion });
const leftBehind = z.object({
  programmeDraft: z._default(z.int(), 0),
  everLanguages: z._default(z.set(z.string()), new Set()),
});

/**
 * Events that leave. From the request on, nobody finds the event any more; its item stays for good, and says that its
 * id is spent: badges that were printed for it can never open the doors of another.
 */
export const eventDeletions = (documents: DynamoDBDocumentClient, table: string) => {
  const item = async (event: string): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: eventKey(event), ConsistentRead: true }),
    );
    return Item;
  };

  const of = async (event: string): Promise<Deletion | undefined> => {
    const known = withDeletion.safeParse(await item(event));
    return known.success ? known.data.deletion : undefined;
  };

  return {
    /** Undefined of an event that is there, and of one that never was. */
    of,

    /** @returns the first request, undefined where there is no event */
    request: async (event: string, by: string, requestedAt: string): Promise<Deletion | undefined> => {
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Update: {
                  TableName: table,
                  Key: eventKey(event),
                  UpdateExpression: 'SET deletion = :deletion',
                  ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletion)',
                  ExpressionAttributeValues: { ':deletion': { requestedAt, by, erasedAt: null } },
                },
              },
              { Put: { TableName: table, Item: { pk: DELETIONS_PARTITION, sk: event } } },
              { Delete: { TableName: table, Key: { pk: EVENTS_PARTITION, sk: event } } },
            ],
          }),
        );
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
      }
      return of(event);
    },

    /** Those that are not erased yet. */
    open: async (): Promise<Leaving[]> => {
      const found: Leaving[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': DELETIONS_PARTITION },
        ConsistentRead: true,
      })) {
        for (const { sk } of items) {
          const stored = await item(String(sk));
          const { programmeDraft, everLanguages } = leftBehind.parse(stored);
          const record = eventRecord.parse(stored);
          found.push({
            record,
            deletion: withDeletion.parse(stored).deletion,
            lastVersion: Math.max(programmeDraft, record.programmeVersion),
            languages: [...new Set([...record.languages, ...everLanguages])],
          });
        }
      }
      return found;
    },

    /** Leaves nothing of the event but that it was deleted, when and by whom. */
    finish: async (event: string, { requestedAt, by }: Deletion, erasedAt: string): Promise<void> => {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName: table,
                Item: { ...eventKey(event), event, deletion: { requestedAt, by, erasedAt } },
              },
            },
            { Delete: { TableName: table, Key: { pk: DELETIONS_PARTITION, sk: event } } },
          ],
        }),
      );
    },
  };
};
export type EventDeletions = ReturnType<typeof eventDeletions>;
