import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type StoredSession, storedSession, venue } from '../contract/sessions.ts';
import type { Action } from './batches.ts';
import { readProgrammeItems } from './event-items.ts';
import { type EventRecord, eventReader } from './events.ts';
import { type Programme, replaceProgramme } from './programme-versions.ts';
import { readable } from './readable.ts';
import { eventKey, programmePartition, sessionSort } from './registry-keys.ts';

export type { Programme };

/** How a change of one session ended; `moved`: an import or another change came in between. */
export type PatchOutcome = 'done' | 'moved';

const storedVenue = z.object(venue.shape);

const keyOf = ({ event, programmeVersion }: EventRecord, sessionId: string) => ({
  pk: programmePartition(event, programmeVersion),
  sk: sessionSort(sessionId),
});

/** One session of the version in force, and the event's revision with it. */
const changing =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    { event, programmeVersion, programmeRevision }: EventRecord,
    action: Action,
  ): Promise<PatchOutcome> => {
    // Lets an import that has read the old session fail instead of undoing this change.
    const revised: Action = {
      Update: {
        TableName: table,
        Key: eventKey(event),
        UpdateExpression: 'SET programmeRevision = :next',
        ConditionExpression: 'programmeVersion = :version AND programmeRevision = :revision',
        ExpressionAttributeValues: {
          ':version': programmeVersion,
          ':revision': programmeRevision,
          ':next': programmeRevision + 1,
        },
      },
    };
    try {
      await documents.send(new TransactWriteCommand({ TransactItems: [revised, action] }));
      return 'done';
    } catch (error) {
      if (error instanceof TransactionCanceledException) return 'moved';
      throw error;
    }
  };

/** Reads programmes; who changes them needs `programmeStore`. */
export const programmeReader = (documents: DynamoDBDocumentClient, table: string) => {
  const events = eventReader(documents, table);
  const itemsOf = ({ event, programmeVersion }: EventRecord) =>
    readProgrammeItems(documents, table, event, programmeVersion);

  return {
    /** Venues and sessions in force that can be read, each sorted by id; empty for an unknown event. */
    get: async (event: string | EventRecord): Promise<Programme> => {
      const record = typeof event === 'string' ? await events.get(event) : event;
      if (!record) return { venues: [], sessions: [] };
      const { venues, sessions } = await itemsOf(record);
      return {
        venues: readable(venues, (item) => storedVenue.parse(item)),
        sessions: readable(sessions, (item) => storedSession.parse(item)),
      };
    },

    /** All of it, for whoever writes it anew; throws where something cannot be read. */
    whole: async (event: EventRecord): Promise<Programme> => {
      const { venues, sessions } = await itemsOf(event);
      return {
        venues: venues.map((item) => storedVenue.parse(item)),
        sessions: sessions.map((item) => storedSession.parse(item)),
      };
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
  };
};
export type ProgrammeReader = ReturnType<typeof programmeReader>;

export const programmeStore = (documents: DynamoDBDocumentClient, table: string) => {
  const change = changing(documents, table);

  return {
    ...programmeReader(documents, table),

    replace: (before: EventRecord, programme: Programme): Promise<boolean> =>
      replaceProgramme({ documents, table }, before, programme),

    /** Replaces one session of the version in force. */
    patch: (event: EventRecord, session: StoredSession): Promise<PatchOutcome> =>
      change(event, {
        Put: {
          TableName: table,
          Item: { ...session, ...keyOf(event, session.sessionId) },
          ConditionExpression: 'attribute_exists(pk)',
        },
      }),

    /** Takes one session out of the version in force. */
    remove: (event: EventRecord, sessionId: string): Promise<PatchOutcome> =>
      change(event, {
        Delete: {
          TableName: table,
          Key: keyOf(event, sessionId),
          ConditionExpression: 'attribute_exists(pk)',
        },
      }),
  };
};
export type ProgrammeStore = ReturnType<typeof programmeStore>;
