import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { defaultCategories, defaultKinds } from '../domain/event-words.ts';
import { eventRules, type PublicKey } from './door-programme.ts';
import { UnknownEventError } from './errors.ts';
import { readEventItem } from './event-items.ts';
import { queryPages } from './query-pages.ts';
import { EVENTS_PARTITION, eventKey } from './registry-keys.ts';

const word = { id: z.string(), title: z.record(z.string(), z.string()) };

export const eventRecord = z.object({
  ...eventRules,
  title: z.record(z.string(), z.string()),
  languages: z.array(z.string()),
  categories: z._default(z.array(z.object({ ...word, colour: z.optional(z.string()) })), [
    ...defaultCategories,
  ]),
  kinds: z._default(z.array(z.object(word)), [...defaultKinds]),
  onePlaceAtATime: z.boolean(),
  /** Since then no device may be paired; null while it runs. */
  closedAt: z._default(z.nullable(z.string()), null),
});
export type EventRecord = z.infer<typeof eventRecord>;

const listedEvent = z.object({ sk: z.string() });

/** What an organizer sets of an event; titles are by language. */
export type StoredSettings = Pick<EventRecord, 'title' | 'timeZone' | 'languages' | 'onePlaceAtATime'> &
  Partial<Pick<EventRecord, 'categories' | 'kinds'>>;

const changing = (table: string, event: string, settings: StoredSettings) =>
  new UpdateCommand({
    TableName: table,
    Key: eventKey(event),
    UpdateExpression:
      'SET title = :title, #timeZone = :zone, languages = :languages, categories = :categories, kinds = :kinds, onePlaceAtATime = :one ADD everLanguages :ever',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletion)',
    ExpressionAttributeNames: { '#timeZone': 'timeZone' },
    ExpressionAttributeValues: {
      ':title': settings.title,
      ':zone': settings.timeZone,
      ':languages': settings.languages,
      ':one': settings.onePlaceAtATime,
      ':categories': settings.categories ?? defaultCategories,
      ':kinds': settings.kinds ?? defaultKinds,
      ':ever': new Set(settings.languages),
    },
    ReturnValues: 'ALL_NEW',
  });

/** Reads events; who changes them needs `eventStore`. */
export const eventReader = (documents: DynamoDBDocumentClient, table: string) => {
  const get = async (event: string): Promise<EventRecord | undefined> => {
    // Of one that is being deleted only `eventDeletions` knows.
    const item = await readEventItem(documents, table, event);
    return item && eventRecord.parse(item);
  };

  return {
    get,

    /** @throws {UnknownEventError} */
    existing: async (event: string): Promise<EventRecord> => {
      const record = await get(event);
      if (!record) throw new UnknownEventError(event);
      return record;
    },

    /** Names of all events; one may be named whose creation was cut short. */
    names: async (): Promise<string[]> => {
      const listed: string[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': EVENTS_PARTITION },
      })) {
        listed.push(...items.map((item) => listedEvent.parse(item).sk));
      }
      return listed;
    },
  };
};
export type EventReader = ReturnType<typeof eventReader>;

export const eventStore = (documents: DynamoDBDocumentClient, table: string) => ({
  ...eventReader(documents, table),

  /** @returns false when the event exists already */
  create: async (
    event: string,
    settings: StoredSettings,
    publicKeys: readonly PublicKey[],
  ): Promise<boolean> => {
    // Listed first: a name without an event is harmless, an event that no schedule finds is not.
    await documents.send(new PutCommand({ TableName: table, Item: { pk: EVENTS_PARTITION, sk: event } }));
    try {
      await documents.send(
        new PutCommand({
          TableName: table,
          Item: {
            ...eventKey(event),
            event,
            ...settings,
            everLanguages: new Set(settings.languages),
            publicKeys,
            programmeVersion: 0,
            programmeRevision: 0,
            programmeDraft: 0,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },

  /** @param closedAt RFC 3339; null opens it again */
  setClosed: async (event: string, closedAt: string | null): Promise<EventRecord> => {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: eventKey(event),
        UpdateExpression: 'SET closedAt = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': closedAt },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return eventRecord.parse(Attributes);
  },

  /** Changes the settings and nothing else: keys and programme stay. */
  change: async (event: string, settings: StoredSettings): Promise<EventRecord> => {
    const { Attributes } = await documents.send(changing(table, event, settings));
    return eventRecord.parse(Attributes);
  },
});
export type EventStore = ReturnType<typeof eventStore>;
