import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { addMinute, type Minute, type Minutes } from '../../domain/tally.ts';
import { additions, type CounterKey, numberOf } from './item.ts';

const MINUTES_PER_HOUR = 60;
const HOUR_DIGITS = 9;

export const timelinePartition = (event: string, sessionId: string): string => `${event}#${sessionId}`;
export const HOUR_PREFIX = 'T#';

/** One hour of a shard's timeline: `m:<minute>:e|x|i` (entries, exits, step of inside) and `w`, its watermark. */
export const hourItemKey = ({ event, sessionId, shard }: CounterKey, hour: number) => ({
  pk: { S: timelinePartition(event, sessionId) },
  sk: { S: `${HOUR_PREFIX}${String(hour).padStart(HOUR_DIGITS, '0')}#${shard}` },
});

const parts = [
  ['e', 'entries'],
  ['x', 'exits'],
  ['i', 'step'],
] as const satisfies readonly (readonly [string, keyof Minute])[];

/** Minutes of one hour as attributes and their amounts, without zeros. */
export const minuteAttributes = (minutes: Minutes): (readonly [string, number])[] =>
  [...minutes].flatMap(([minute, change]) =>
    parts
      .filter(([, part]) => change[part] !== 0)
      .map(([letter, part]) => [`m:${minute % MINUTES_PER_HOUR}:${letter}`, change[part]] as const),
  );

/** One hour of a shard's timeline as it is stored. */
export interface Hour {
  readonly hour: number;
  readonly shard: number;
  readonly watermark: string;
  readonly minutes: Minutes;
}

export const hourOf = (minute: number): number => Math.floor(minute / MINUTES_PER_HOUR);

export const hourFromItem = (item: Record<string, AttributeValue>): Hour => {
  const [, hourText, shard] = (item['sk']?.S ?? '').split('#');
  const hour = Number(hourText);
  const minutes = new Map<number, Minute>();
  for (const [name, value] of Object.entries(item)) {
    const [marker, minute, letter] = name.split(':');
    const part = parts.find(([each]) => each === letter)?.[1];
    if (marker !== 'm' || !part) continue;
    addMinute(minutes, hour * MINUTES_PER_HOUR + Number(minute), { [part]: numberOf(value) });
  }
  return { hour, shard: Number(shard), watermark: item['w']?.S ?? '', minutes };
};

export interface HourChange {
  /** Watermarks of the first and the last record that it adds. */
  readonly first: string;
  readonly last: string;
  /** Of that hour. */
  readonly minutes: Minutes;
}

/**
 * Adds minutes to the hour of the timeline that they belong to; each hour has its own watermark.
 * @returns the hour's watermark where it has seen more than `first`, then nothing was written
 */
export const applyHour =
  (client: DynamoDBClient, table: string) =>
  async (
    event: string,
    sessionId: string,
    shard: number,
    hour: number,
    { first, last, minutes }: HourChange,
  ): Promise<{ kind: 'applied' } | { kind: 'moved'; watermark: string }> => {
    const { names, values, adds } = additions(minuteAttributes(minutes));
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: hourItemKey({ event, sessionId, shard }, hour),
          UpdateExpression: `SET w = :last${adds.length > 0 ? ` ADD ${adds.join(', ')}` : ''}`,
          ConditionExpression: 'attribute_not_exists(w) OR w < :first',
          ...(adds.length > 0 && { ExpressionAttributeNames: names }),
          ExpressionAttributeValues: { ...values, ':first': { S: first }, ':last': { S: last } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { kind: 'applied' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: 'moved', watermark: error.Item?.['w']?.S ?? '' };
    }
  };
