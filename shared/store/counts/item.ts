import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LastScan } from '../../domain/last-scans.ts';
import type { Tally } from '../../domain/tally.ts';
import { type Damage, readCounts } from './damage.ts';
import { lastScansFromText } from './last-scans.ts';
import { type Trace, traceFromText } from './trace.ts';

/**
 * The counter of one (session, shard): absolute values, and how far of the stream they have seen. As an item: `w`
 * watermark, `v` version, `f:<field>` a value each, `trace` and `last` (JSON; last scans), `at` when it was last counted (ms).
 */
export interface Counter {
  readonly sessionId: string;
  readonly shard: number;
  /** Position of the last stream record applied; empty before the first. */
  readonly watermark: string;
  /**
   * Grows with every change and is never below the time of that change (ms): a counter that was lost and made anew
   * is later than all that was heard of it before.
   */
  readonly version: number;
  readonly fields: Tally;
  readonly trace: Trace | null;
  /** Newest first. */
  readonly lastScans: readonly LastScan[];
  /** Something of it cannot be read: what is written next replaces it. */
  readonly damage?: Damage;
}

/**
 * The position of a stream record: the label of its stream, the time at which the stream was made, then its sequence
 * number. A table that is restored or whose stream is made anew counts its sequence from wherever: the later stream is
 * the later position. Sequence numbers have 21 to 40 digits, more than a DynamoDB number holds (38): they are kept
 * and compared as strings of one length.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
const SEQUENCE_DIGITS = 40;
export const watermarkOf = ({
  stream,
  sequenceNumber,
}: {
  readonly stream: string;
  readonly sequenceNumber: string;
}): string => `${stream}#${sequenceNumber.padStart(SEQUENCE_DIGITS, '0')}`;

/** The version of a counter's next change. */
export const nextVersion = (seen: Counter | undefined, now: number): number =>
  Math.max((seen?.version ?? 0) + 1, now);

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
  const { watermark, amounts, damage } = readCounts(
    item,
    (name) => name === 'v' || name.startsWith(FIELD_PREFIX),
  );
  const fields = amounts.flatMap(([name, amount]) =>
    name === 'v' ? [] : [[name.slice(FIELD_PREFIX.length), amount] as const],
  );
  const [sessionId = '', shard = '0'] = (item['sk']?.S ?? '').split('#');
  const version = new Map(amounts).get('v');
  // No write would ever find the version that it has not.
  const isUnversioned = watermark !== '' && version === undefined;
  return {
    sessionId,
    shard: Number(shard),
    watermark,
    version: version ?? 0,
    fields: Object.fromEntries(fields),
    trace: traceFromText(item['trace']?.S),
    lastScans: lastScansFromText(item['last']?.S),
    ...((damage || isUnversioned) && { damage: damage ?? { w: item['w'], v: item['v'] } }),
  };
};

/** Amounts as attributes, without zeros. */
export const amountAttributes = (
  amounts: Iterable<readonly [string, number]>,
): Record<string, AttributeValue> =>
  Object.fromEntries(
    [...amounts].filter(([, amount]) => amount !== 0).map(([name, amount]) => [name, { N: String(amount) }]),
  );

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
