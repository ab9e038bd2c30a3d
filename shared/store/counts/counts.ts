import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addMinute, type Minute, type Minutes } from '../../domain/tally.ts';
import { applyChange } from './apply.ts';
import { counterReader, countQuery, insideReader } from './read.ts';
import { repairs } from './repair.ts';
import { applyHour, HOUR_PREFIX, type Hour, hourFromItem, timelinePartition } from './timeline.ts';

/** The only code that reads and writes counters and timelines. */
export const countStore = (client: DynamoDBClient, table: string) => {
  const query = countQuery(client, table);

  return {
    ...counterReader(client, table),
    inside: insideReader(client, table),
    apply: applyChange(client, table),
    applyHour: applyHour(client, table),
    ...repairs(client, table),

    /** The timeline of a session by shard and hour, as it is now. */
    hours: async (event: string, sessionId: string): Promise<Hour[]> => {
      const hours: Hour[] = [];
      for await (const item of query(timelinePartition(event, sessionId), HOUR_PREFIX, true)) {
        hours.push(hourFromItem(item));
      }
      return hours;
    },

    /** Minutes of a session with something in them, by minute since 1970, summed over shards. */
    timeline: async (event: string, sessionId: string): Promise<Minutes> => {
      const total = new Map<number, Minute>();
      for await (const item of query(timelinePartition(event, sessionId), HOUR_PREFIX, false)) {
        for (const [minute, change] of hourFromItem(item).minutes) addMinute(total, minute, change);
      }
      return total;
    },
  };
};

export type CountStore = ReturnType<typeof countStore>;
