import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type StoredSession, storedSession, type Venue, venue } from '../contract/sessions.ts';
import { transactAll, writeAll } from './batches.ts';
import { type EventRecord, eventStore } from './events.ts';
import { queryPages } from './query-pages.ts';
import { eventKey, programmePartition, sessionSort, venueSort } from './registry-keys.ts';

export interface Programme {
  readonly venues: Venue[];
  readonly sessions: StoredSession[];
}

/** How a change of one session ended; `moved`: an import or another change came in between. */
export type PatchOutcome = 'done' | 'moved';

const isVenue = ({ sk }: Record<string, unknown>) => typeof sk === 'string' && sk.startsWith('V#');
const sortKey = z.object({ sk: z.string() });
const storedVenue = z.object(venue.shape);

const draftCounter = z.object({ programmeDraft: z.int() });
const previousPointer = z.object({ programmePrevious: z._default(z.int(), 0) });

export const programmeStore = (documents: DynamoDBDocumentClient, table: string) => {
  const events = eventStore(documents, table);

  /** Consistent, because the pointer may have moved to items that were written a moment ago. */
  const read = async (event: string, version: number): Promise<Programme> => {
    const programme: Programme = { venues: [], sessions: [] };
    if (version === 0) return programme;
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': programmePartition(event, version) },
      ConsistentRead: true,
    })) {
      for (const item of items) {
        if (isVenue(item)) programme.venues.push(storedVenue.parse(item));
        else programme.sessions.push(storedSession.parse(item));
      }
    }
    return programme;
  };

  const discard = async (event: string, version: number): Promise<void> => {
    const pk = programmePartition(event, version);
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: { ':pk': pk },
    })) {
      const keys = items.map((item) => sortKey.parse(item));
      await writeAll(
        documents,
        table,
        keys.map(({ sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
      );
    }
  };

  /** A version that nobody else writes to: two imports at once must not mix. */
  const newDraft = async (event: string): Promise<number> => {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: eventKey(event),
        UpdateExpression: 'ADD programmeDraft :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return draftCounter.parse(Attributes).programmeDraft;
  };

  const write = async (event: string, version: number, { venues, sessions }: Programme) => {
    const pk = programmePartition(event, version);
    const items = [
      ...venues.map((item) => ({ ...item, pk, sk: venueSort(item.venueId) })),
      ...sessions.map((item) => ({ ...item, pk, sk: sessionSort(item.sessionId) })),
    ];
    await transactAll(
      documents,
      items.map((Item) => ({ actions: [{ Put: { TableName: table, Item } }] })),
    );
  };

  /** @returns the version before the one that was replaced, undefined when the programme had changed */
  const flip = async ({ event, programmeVersion, programmeRevision }: EventRecord, version: number) => {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: eventKey(event),
          UpdateExpression:
            'SET programmeVersion = :new, programmePrevious = :old, programmeRevision = :next',
          ConditionExpression: 'programmeVersion = :old AND programmeRevision = :revision',
          ExpressionAttributeValues: {
            ':new': version,
            ':old': programmeVersion,
            ':revision': programmeRevision,
            ':next': programmeRevision + 1,
          },
          ReturnValues: 'ALL_OLD',
        }),
      );
      return previousPointer.parse(Attributes).programmePrevious;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    /** Venues and sessions in force, each sorted by id; empty for an unknown event. */
    get: async (event: string | EventRecord): Promise<Programme> => {
      const record = typeof event === 'string' ? await events.get(event) : event;
      return record ? read(record.event, record.programmeVersion) : { venues: [], sessions: [] };
    },

    getSession: async (
      { event, programmeVersion }: EventRecord,
      sessionId: string,
    ): Promise<StoredSession | undefined> => {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: table,
          Key: { pk: programmePartition(event, programmeVersion), sk: sessionSort(sessionId) },
          ConsistentRead: true,
        }),
      );
      return Item && storedSession.parse(Item);
    },

    /**
     * Puts a whole programme into force, or nothing of it: it is written beside the one in force, then the
     * pointer moves. The replaced version stays for readers that hold its number; older ones go.
     * @param before the event as it was when the new programme was worked out
     * @returns false when the programme has been changed since `before`; nothing is applied then
     */
    replace: async (before: EventRecord, programme: Programme): Promise<boolean> => {
      const { event, programmeVersion } = before;
      const draft = await newDraft(event);
      await write(event, draft, programme);
      const previous = await flip(before, draft);
      if (previous === undefined) {
        await discard(event, draft);
        return false;
      }
      // Drafts that lost, or whose writer died, have numbers in between.
      for (let version = Math.max(1, previous); version < programmeVersion; version += 1) {
        await discard(event, version);
      }
      return true;
    },

    /** Replaces one session of the version in force. */
    patch: async (
      { event, programmeVersion, programmeRevision }: EventRecord,
      session: StoredSession,
    ): Promise<PatchOutcome> => {
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Update: {
                  TableName: table,
                  Key: eventKey(event),
                  // Lets an import that has read the old session fail instead of undoing this change.
                  UpdateExpression: 'SET programmeRevision = :next',
                  ConditionExpression: 'programmeVersion = :version AND programmeRevision = :revision',
                  ExpressionAttributeValues: {
                    ':version': programmeVersion,
                    ':revision': programmeRevision,
                    ':next': programmeRevision + 1,
                  },
                },
              },
              {
                Put: {
                  TableName: table,
                  Item: {
                    ...session,
                    pk: programmePartition(event, programmeVersion),
                    sk: sessionSort(session.sessionId),
                  },
                  ConditionExpression: 'attribute_exists(pk)',
                },
              },
            ],
          }),
        );
        return 'done';
      } catch (error) {
        if (error instanceof TransactionCanceledException) return 'moved';
        throw error;
      }
    },
  };
};
export type ProgrammeStore = ReturnType<typeof programmeStore>;
