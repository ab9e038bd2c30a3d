import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Tally } from '../../domain/tally.ts';

/**
 * The counter of one (session, shard): absolute values, and how far of the stream they have seen. As an item: `w`
 * watermark, `v` version, `f:<field>` a value each, `peak` and `peakAt`, `mark`, `at` when it was last counted (ms).
 */
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

/**
 * Stream sequence numbers have 21 to 40 digits, more than a DynamoDB number holds (38): they are kept and
 * compared as strings of one length.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
const SEQUENCE_DIGITS = 40;
export const watermarkOf = (sequenceNumber: string): string => sequenceNumber.padStart(SEQUENCE_DIGITS, '0');

/** Which of an event's counters. */
export interface CounterKey {
  readonly event: string;
  readonly sessionId: string;
  readonly shard: number;
}

const FIELD_PREFIX = 'f:';
export const fieldAttribute = (field: string): string => FIELD_PREFIX + field;

export const counterItemKey = ({ event, sessionId, shard }: CounterKey) => ({
  pk: { S: event },
  sk: { S: `${sessionId}#${shard}` },
});

/** The parts of a counter's key, undefined for every other item of the table. */
export const parseCounterKey = (pk: string, sk: string): CounterKey | undefined => {
  const [, sessionId, shard] = /^([a-z0-9-]+)#(\d+)$/.exec(sk) ?? [];
  if (pk === '' || pk.includes('#') || !sessionId) return undefined;
  return { event: pk, sessionId, shard: Number(shard) };
};

export const numberOf = (value: { readonly N?: string | undefined } | undefined): number =>
  Number(value?.N ?? 0);

export const counterFromItem = (item: Record<string, AttributeValue>): Counter => {
  const fields: Record<string, number> = {};
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(FIELD_PREFIX)) fields[name.slice(FIELD_PREFIX.length)] = numberOf(value);
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
export const additions = (amounts: Iterable<readonly [string, number]>) => {
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
