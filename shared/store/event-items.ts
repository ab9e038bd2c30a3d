import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { queryPages } from './query-pages.ts';
import { eventKey, programmePartition } from './registry-keys.ts';

type Item = Record<string, unknown>;

/** The item of an event; undefined for an unknown one, and for one that is being deleted. */
export const readEventItem = async (
  documents: DynamoDBDocumentClient,
  table: string,
  event: string,
): Promise<Item | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: table, Key: eventKey(event), ConsistentRead: true }),
  );
  return Item && !('deletion' in Item) ? Item : undefined;
};

const isVenue = ({ sk }: Item) => typeof sk === 'string' && sk.startsWith('V#');

/**
 * Venues and sessions of a version of an event's programme, each sorted by id. Consistent, because the pointer may
 * have moved to items that were written a moment ago.
 */
export const readProgrammeItems = async (
  documents: DynamoDBDocumentClient,
  table: string,
  event: string,
  version: number,
): Promise<{ venues: Item[]; sessions: Item[] }> => {
  const found: { venues: Item[]; sessions: Item[] } = { venues: [], sessions: [] };
  // 0 before the first import.
  if (version === 0) return found;
  for await (const items of queryPages(documents, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': programmePartition(event, version) },
    ConsistentRead: true,
  })) {
    for (const item of items) (isVenue(item) ? found.venues : found.sessions).push(item);
  }
  return found;
};
