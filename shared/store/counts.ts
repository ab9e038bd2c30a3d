import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Tally } from '../domain/tally.ts';

/** The counter of one (session, shard): absolute values, and how far of the stream they have seen. */
export interface Counter {
  readonly sessionId: string;
  readonly shard: number;
  /** Sequence number of the last stream record applied, zero-padded; empty before the first. */
  readonly watermark: string;
  /** Grows by one with every change of the item. */
  readonly version: number;
  readonly fields: Tally;
  /** Most that were inside at once, in the order in which scans arrived, and when (ms, UTC). */
  readonly peak: number;
  readonly peakAt: number | null;
  /** The last mark seen in the stream of its records. */
  readonly mark: string | null;
}

/** What one batch adds to a counter. */
export interface CounterChange {
  readonly fields: Tally;
  readonly watermark: string;
  readonly peak: number;
  readonly peakAt: number | null;
  /** When it was counted, ms, UTC. */
  readonly at: number;
  readonly mark?: string;
}

/**
 * Stream sequence numbers have 21 to 40 digits, more than a DynamoDB number holds (38): they are kept and
 * compared as strings of one length.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
const SEQUENCE_DIGITS = 40;
export const watermarkOf = (sequenceNumber: string): string => sequenceNumber.padStart(SEQUENCE_DIGITS, '0');

export type MinuteFields = ReadonlyMap<number, Readonly<{ entries: number; exits: number; step: number }>>;

const FIELD = 'f:';
const MINUTES_PER_HOUR = 60;

const numberOf = (value: AttributeValue | undefined): number => Number(value?.N ?? 0);

const counterFromItem = (item: Record<string, AttributeValue>): Counter => {
  const fields: Record<string, number> = {};
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(FIELD)) fields[name.slice(FIELD.length)] = numberOf(value);
  }
  const [sessionId = '', shard = '0'] = (item['sk']?.S ?? '').split('#');
  return {
    sessionId,
    shard: Number(shard),
    watermark: item['w']?.S ?? '',
    version: numberOf(item['v']),
    fields,
    peak: numberOf(item['peak']),
    peakAt: item['peakAt'] ? numberOf(item['peakAt']) : null,
    mark: item['mark']?.S ?? null,
  };
};

/** Builds one update that adds amounts to flat attributes, within the limits of an expression. */
const additions = (amounts: Iterable<readonly [string, number]>) => {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const adds: string[] = [];
  let index = 0;
  for (const [name, amount] of amounts) {
    names[`#${index}`] = name;
    values[`:${index}`] = { N: String(amount) };
    adds.push(`#${index} :${index}`);
    index += 1;
  }
  return { names, values, adds };
};

/** The only code that reads and writes the Counts table. */
export const countStore = (client: DynamoDBClient, table: string) => {
  const keyOf = (event: string, sessionId: string, shard: number) => ({
    pk: { S: event },
    sk: { S: `${sessionId}#${shard}` },
  });
  const hourKey = (event: string, sessionId: string, shard: number, hour: number) => ({
    pk: { S: `${event}#${sessionId}` },
    sk: { S: `T#${String(hour).padStart(9, '0')}#${shard}` },
  });

  const query = async function* (pk: string, prefix: string, consistent: boolean) {
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: consistent,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix && { ':prefix': { S: prefix } }) },
      },
    );
    for await (const { Items = [] } of pages) yield* Items;
  };

  return {
    get: async (event: string, sessionId: string, shard: number): Promise<Counter | undefined> => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(event, sessionId, shard), ConsistentRead: true }),
      );
      return Item && counterFromItem(Item);
    },

    /** Counters of one session, or of a whole event. */
    list: async (event: string, sessionId?: string, consistent = false): Promise<Counter[]> => {
      const counters: Counter[] = [];
      for await (const item of query(event, sessionId === undefined ? '' : `${sessionId}#`, consistent)) {
        counters.push(counterFromItem(item));
      }
      return counters;
    },

    /**
     * Adds a change to the counter if its watermark is still `expected` ('' before the first record);
     * otherwise nothing is written and the present counter is answered, undefined if there is none.
     */
    apply: async (
      event: string,
      sessionId: string,
      shard: number,
      expected: string,
      change: CounterChange,
    ): Promise<{ kind: 'applied'; counter: Counter } | { kind: 'moved'; counter: Counter | undefined }> => {
      const { names, values, adds } = additions([
        ['v', 1],
        ...Object.entries(change.fields).map(([field, amount]) => [`${FIELD}${field}`, amount] as const),
      ]);
      const set = ['w = :w', 'peak = :peak', '#at = :at'];
      if (change.peakAt !== null) set.push('peakAt = :peakAt');
      if (change.mark !== undefined) set.push('mark = :mark');
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(event, sessionId, shard),
            UpdateExpression: `SET ${set.join(', ')} ADD ${adds.join(', ')}`,
            ConditionExpression: expected === '' ? 'attribute_not_exists(w)' : 'w = :expected',
            ExpressionAttributeNames: { ...names, '#at': 'at' },
            ExpressionAttributeValues: {
              ...values,
              ':w': { S: change.watermark },
              ':peak': { N: String(change.peak) },
              ':at': { N: String(change.at) },
              ...(change.peakAt !== null && { ':peakAt': { N: String(change.peakAt) } }),
              ...(change.mark !== undefined && { ':mark': { S: change.mark } }),
              ...(expected !== '' && { ':expected': { S: expected } }),
            },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        if (!Attributes) throw new Error('UpdateItem answered no attributes');
        return { kind: 'applied', counter: counterFromItem(Attributes) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { kind: 'moved', counter: error.Item && counterFromItem(error.Item) };
      }
    },

    /**
     * Sets the counter to what is stored, if it is still the one that was compared; its watermark stays.
     * @returns whether it was written
     */
    repair: async (
      event: string,
      sessionId: string,
      shard: number,
      seen: Counter | undefined,
      fields: Tally,
    ): Promise<boolean> => {
      const wrong = Object.keys(seen?.fields ?? {}).filter((field) => !(field in fields));
      const names: Record<string, string> = { '#v': 'v' };
      const values: Record<string, AttributeValue> = { ':one': { N: '1' } };
      const set = Object.entries(fields).map(([field, amount], index) => {
        names[`#${index}`] = `${FIELD}${field}`;
        values[`:${index}`] = { N: String(amount) };
        return `#${index} = :${index}`;
      });
      const remove = wrong.map((field, index) => {
        names[`#r${index}`] = `${FIELD}${field}`;
        return `#r${index}`;
      });
      if (seen) {
        values[':v'] = { N: String(seen.version) };
        values[':w'] = { S: seen.watermark };
      }
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(event, sessionId, shard),
            UpdateExpression: [
              ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
              ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
              'ADD #v :one',
            ].join(' '),
            ConditionExpression: seen ? '#v = :v AND w = :w' : 'attribute_not_exists(#v)',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    /**
     * Adds minutes to the hours of the timeline that they belong to; each hour has its own watermark.
     * @returns the hour's watermark where it has seen more than `first`, then nothing was written
     */
    applyHour: async (
      event: string,
      sessionId: string,
      shard: number,
      hour: number,
      { first, last, minutes }: { first: string; last: string; minutes: MinuteFields },
    ): Promise<{ kind: 'applied' } | { kind: 'moved'; watermark: string }> => {
      const amounts = [...minutes].flatMap(([minute, { entries, exits, step }]) =>
        (
          [
            ['e', entries],
            ['x', exits],
            ['i', step],
          ] as const
        )
          .filter(([, amount]) => amount !== 0)
          .map(([kind, amount]) => [`m:${minute % MINUTES_PER_HOUR}:${kind}`, amount] as const),
      );
      const { names, values, adds } = additions(amounts);
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: hourKey(event, sessionId, shard, hour),
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
    },

    /** Minutes of a session with something in them, by minute since 1970, summed over shards. */
    timeline: async (
      event: string,
      sessionId: string,
    ): Promise<Map<number, { entries: number; exits: number; step: number }>> => {
      const minutes = new Map<number, { entries: number; exits: number; step: number }>();
      for await (const item of query(`${event}#${sessionId}`, 'T#', false)) {
        const hour = Number((item['sk']?.S ?? '').split('#')[1]);
        for (const [name, value] of Object.entries(item)) {
          const [marker, minuteText, kind] = name.split(':');
          if (marker !== 'm') continue;
          const minute = hour * MINUTES_PER_HOUR + Number(minuteText);
          const known = minutes.get(minute) ?? { entries: 0, exits: 0, step: 0 };
          if (kind === 'e') known.entries += numberOf(value);
          else if (kind === 'x') known.exits += numberOf(value);
          else known.step += numberOf(value);
          minutes.set(minute, known);
        }
      }
      return minutes;
    },
  };
};

export type CountStore = ReturnType<typeof countStore>;
