import type { DynamoDBRecord } from 'aws-lambda';

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
const numberOf = (image: Image, field: string): number => Number(image?.[`f:${field}`]?.N ?? 0);

/** What a batch of the Counts stream is about, session by session. */
export const changedSessions = (records: readonly DynamoDBRecord[]): ChangedSession[] => {
  const sessions = new Map<string, ChangedSession & { conflicting: Set<number> }>();
  for (const { dynamodb } of records) {
    const event = dynamodb?.Keys?.['pk']?.S ?? '';
    const [, sessionId, shard] = /^([a-z0-9-]+)#(\d+)$/.exec(dynamodb?.Keys?.['sk']?.S ?? '') ?? [];
    if (event === '' || event.includes('#') || !sessionId) continue;
    const { NewImage: after, OldImage: before } = dynamodb ?? {};
    const key = `${event}#${sessionId}`;
    const known = sessions.get(key) ?? { event, sessionId, moved: false, conflicting: new Set() };
    const moved = known.moved || numberOf(after, 'inside') !== numberOf(before, 'inside');
    if (numberOf(after, 'conflicts') > numberOf(before, 'conflicts')) known.conflicting.add(Number(shard));
    sessions.set(key, { ...known, moved });
  }
  return [...sessions.values()].filter(({ moved, conflicting }) => moved || conflicting.size > 0);
};
