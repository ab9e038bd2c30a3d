import type { DynamoDBRecord } from 'aws-lambda';
import { fieldAttribute, numberOf, parseCounterKey } from './item.ts';

/** A session whose counters have changed. */
export interface ChangedSession {
  readonly event: string;
  readonly sessionId: string;
  /** Whether the number inside is another one. */
  readonly moved: boolean;
  /** Shards in which there are more conflicts than before. */
  readonly conflicting: ReadonlySet<number>;
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];
const fieldOf = (image: Image, field: string): number => numberOf(image?.[fieldAttribute(field)]);

/** What a batch of the Counts stream is about, session by session. */
export const changedSessions = (records: readonly DynamoDBRecord[]): ChangedSession[] => {
  const sessions = new Map<string, ChangedSession & { conflicting: Set<number> }>();
  for (const { dynamodb: { Keys, NewImage: after, OldImage: before } = {} } of records) {
    const counter = parseCounterKey(Keys?.['pk']?.S ?? '', Keys?.['sk']?.S ?? '');
    if (!counter) continue;
    const { event, sessionId, shard } = counter;
    const key = `${event}#${sessionId}`;
    const known = sessions.get(key) ?? { event, sessionId, moved: false, conflicting: new Set() };
    const moved = known.moved || fieldOf(after, 'inside') !== fieldOf(before, 'inside');
    if (fieldOf(after, 'conflicts') > fieldOf(before, 'conflicts')) known.conflicting.add(shard);
    sessions.set(key, { ...known, moved });
  }
  return [...sessions.values()].filter(({ moved, conflicting }) => moved || conflicting.size > 0);
};
