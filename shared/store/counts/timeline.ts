import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addMinute, type Minute, type Minutes } from '../../domain/tally.ts';
import { type Damage, readCounts, replaceDamaged, tryUpdate } from './damage.ts';
import { additions, amountAttributes, type CounterKey } from './item.ts';

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

const minutePattern = /^m:[0-5]?\d:[exi]$/;

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
  /** Something of it cannot be read: what is written next replaces it. */
  readonly damage?: Damage;
}

export const hourOf = (minute: number): number => Math.floor(minute / MINUTES_PER_HOUR);

export const hourFromItem = (item: Record<string, AttributeValue>): Hour => {
  const [, hourText, shard] = (item['sk']?.S ?? '').split('#');
  const hour = Number(hourText);
  const minutes = new Map<number, Minute>();
  const { watermark, amounts, damage } = readCounts(item, (name) => minutePattern.test(name));
  for (const [name, amount] of amounts) {
    const [, minute, letter] = name.split(':');
    const part = parts.find(([each]) => each === letter)?.[1];
    if (part) addMinute(minutes, hour * MINUTES_PER_HOUR + Number(minute), { [part]: amount });
  }
  return { hour, shard: Number(shard), watermark, minutes, ...(damage && { damage }) };
};

export interface HourChange {
  /** Watermarks of the first and the last record that it adds. */
  readonly first: string;
  readonly last: string;
  /** Of that hour. */
  readonly minutes: Minutes;
}

type AppliedHour = { readonly kind: 'applied' } | { readonly kind: 'moved'; readonly watermark: string };

/**
 * Adds minutes to the hour of the timeline that they belong to; each hour has its own watermark.
 * @returns the hour's watermark where it has seen more than `first`, then nothing was written
 */
export const applyHour = (client: DynamoDBClient, table: string) => {
  const replace = async (key: CounterKey, { hour, minutes }: Hour, damage: Damage, change: HourChange) => {
    const all = new Map(minutes);
    for (const [minute, more] of change.minutes) addMinute(all, minute, more);
    return replaceDamaged(client, table, damage, {
      ...hourItemKey(key, hour),
      w: { S: change.last },
      ...amountAttributes(minuteAttributes(all)),
    });
  };

  return async (
    event: string,
    sessionId: string,
    shard: number,
    hour: number,
    change: HourChange,
  ): Promise<AppliedHour> => {
    const key = { event, sessionId, shard };
    const { names, values, adds } = additions(minuteAttributes(change.minutes));
    const tried = await tryUpdate(
      client,
      {
        TableName: table,
        Key: hourItemKey(key, hour),
        UpdateExpression: `SET w = :last${adds.length > 0 ? ` ADD ${adds.join(', ')}` : ''}`,
        ConditionExpression: 'attribute_not_exists(w) OR w < :first',
        ...(adds.length > 0 && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: { ...values, ':first': { S: change.first }, ':last': { S: change.last } },
      },
      (item) => hourFromItem(item).damage !== undefined,
    );
    if (tried.kind === 'written') return { kind: 'applied' };
    const seen = tried.item && hourFromItem(tried.item);
    if (!seen?.damage) return { kind: 'moved', watermark: seen?.watermark ?? '' };
    const replaced = await replace(key, seen, seen.damage, change);
    return replaced ? { kind: 'applied' } : { kind: 'moved', watermark: '' };
  };
};
