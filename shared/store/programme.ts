import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type StoredSession, storedSession, type Venue, venue } from '../contract/programme.ts';
import { type EventRecord, eventStore } from './events.ts';
import { queryPages } from './query-pages.ts';
import { programmePartition } from './registry-keys.ts';

export interface Programme {
  readonly venues: Venue[];
  readonly sessions: StoredSession[];
}

const isVenue = ({ sk }: Record<string, unknown>) => typeof sk === 'string' && sk.startsWith('V#');

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
        if (isVenue(item)) programme.venues.push(venue.strip().parse(item));
        else programme.sessions.push(storedSession.parse(item));
      }
    }
    return programme;
  };

  return {
    /** Venues and sessions in force, each sorted by id; empty for an unknown event. */
    get: async (event: string | EventRecord): Promise<Programme> => {
      const record = typeof event === 'string' ? await events.get(event) : event;
      return record ? read(record.event, record.programmeVersion) : { venues: [], sessions: [] };
    },
  };
};
export type ProgrammeStore = ReturnType<typeof programmeStore>;
