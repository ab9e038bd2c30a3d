import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { StoredSession, Venue } from '../contract/sessions.ts';
import { transactAll, writeAll } from './batches.ts';
import type { EventRecord } from './events.ts';
import { queryPages } from './query-pages.ts';
import { eventKey, programmePartition, sessionSort, venueSort } from './registry-keys.ts';

export interface Programme {
  readonly venues: Venue[];
  readonly sessions: StoredSession[];
}

interface Registry {
  readonly documents: DynamoDBDocumentClient;
  readonly table: string;
}

const sortKey = z.object({ sk: z.string() });
const draftCounter = z.object({ programmeDraft: z.int() });
const previousPointer = z.object({ programmePrevious: z._default(z.int(), 0) });

const discard = async ({ documents, table }: Registry, event: string, version: number): Promise<void> => {
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
const newDraft = async ({ documents, table }: Registry, event: string): Promise<number> => {
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

const write = async (
  { documents, table }: Registry,
  event: string,
  version: number,
  { venues, sessions }: Programme,
) => {
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
const flip = async (
  { documents, table }: Registry,
  { event, programmeVersion, programmeRevision }: EventRecord,
  version: number,
) => {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: eventKey(event),
        UpdateExpression: 'SET programmeVersion = :new, programmePrevious = :old, programmeRevision = :next',
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

/**
 * Puts a whole programme into force, or nothing of it: it is written beside the one in force, then the
 * pointer moves. The replaced version stays for readers that hold its number; older ones go.
 * @param before the event as it was when the new programme was worked out
 * @returns false when the programme has been changed since `before`; nothing is applied then
 */
export const replaceProgramme = async (
  registry: Registry,
  before: EventRecord,
  programme: Programme,
): Promise<boolean> => {
  const { event, programmeVersion } = before;
  const draft = await newDraft(registry, event);
  await write(registry, event, draft, programme);
  const previous = await flip(registry, before, draft);
  if (previous === undefined) {
    await discard(registry, event, draft);
    return false;
  }
  // Drafts that lost, or whose writer died, have numbers in between.
  for (let version = Math.max(1, previous); version < programmeVersion; version += 1) {
    await discard(registry, event, version);
  }
  return true;
};
