import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { shardOf } from '../../domain/shard.ts';

export const BADGE_PREFIX = 'B#';
const REFUSAL_PREFIX = 'R#';
const OVERFLOW_PREFIX = 'F#';
const ASIDE_PREFIX = 'A#';

/** Names a session that does not exist in keys of its refusals; no slug can be this. */
const NO_SESSION = '?';

export const attendanceKey = (event: string, sessionId: string | null, shard: number): string =>
  `${event}#${sessionId ?? NO_SESSION}#${shard}`;

/** The parts of a partition key; `sessionId` is null for refusals at a session that does not exist. */
export const parseAttendanceKey = (
  pk: string,
): { event: string; sessionId: string | null; shard: number } | undefined => {
  const [, event, sessionId, shard] = /^([^#]+)#([^#]+)#(\d+)$/.exec(pk) ?? [];
  if (!event || !sessionId || !shard) return undefined;
  return { event, sessionId: sessionId === NO_SESSION ? null : sessionId, shard: Number(shard) };
};

export const badgeSortKey = (badgeId: string): string => `${BADGE_PREFIX}${badgeId}`;
export const refusalSortKey = (scanId: string): string => `${REFUSAL_PREFIX}${scanId}`;
/** Refusals of a badge whose record has no room for more. */
export const overflowSortKey = (badgeId: string, scanId: string): string =>
  `${OVERFLOW_PREFIX}${badgeId}#${scanId}`;
/** Scans that a long record has put aside. */
export const asideSortKey = (badgeId: string, scanId: string): string =>
  `${ASIDE_PREFIX}${badgeId}#${scanId}`;
export const isAside = (sk: string): boolean => sk.startsWith(ASIDE_PREFIX);
export const isBadgeSortKey = (sk: string): boolean => sk.startsWith(BADGE_PREFIX);

/** The item that asks how far counting has come; see `countingMarks`. */
export const MARK_SORT_KEY = 'MARK';
/** A refusal that is in no badge's record. */
export const isLoneRefusal = (sk: string): boolean =>
  sk.startsWith(REFUSAL_PREFIX) || sk.startsWith(OVERFLOW_PREFIX);

/** The badge of a refusal that had no room in its record. */
export const badgeOfLoneRefusal = (sk: string): string | undefined =>
  sk.startsWith(OVERFLOW_PREFIX) ? sk.slice(OVERFLOW_PREFIX.length).split('#')[0] : undefined;

/** The badge whose record has this sort key; undefined for every other item. */
export const badgeIdOf = (sk: string): string | undefined =>
  isBadgeSortKey(sk) ? sk.slice(BADGE_PREFIX.length) : undefined;

/** Where a record lives. */
export interface RecordKey {
  readonly event: string;
  readonly sessionId: string;
  readonly shard: number;
  readonly badgeId: string;
}

/** Where the record of a badge in a session lives. */
export const recordKeyOf = (
  event: string,
  { sessionId, shards }: { readonly sessionId: string; readonly shards: number },
  badgeId: string,
): RecordKey => ({ event, sessionId, shard: shardOf(badgeId, shards), badgeId });

export type ItemKey = Record<'pk' | 'sk', AttributeValue.SMember>;

export const recordItemKey = ({ event, sessionId, shard, badgeId }: RecordKey): ItemKey => ({
  pk: { S: attendanceKey(event, sessionId, shard) },
  sk: { S: badgeSortKey(badgeId) },
});

/** Key of a scan that is an item of its own. */
export const loneKey = (
  { event, sessionId, shard }: Pick<RecordKey, 'event' | 'shard'> & { readonly sessionId: string | null },
  sk: string,
): ItemKey => ({ pk: { S: attendanceKey(event, sessionId, shard) }, sk: { S: sk } });

const GATE_SHARD = 'gate';
const GATE_SORT_KEY = 'GATE';

/** The item that holds the exact number inside of a session with enforced capacity. */
export const gateItemKey = (event: string, sessionId: string): ItemKey => ({
  pk: { S: `${event}#${sessionId}#${GATE_SHARD}` },
  sk: { S: GATE_SORT_KEY },
});

export const isGateKey = (pk: string): boolean => pk.endsWith(`#${GATE_SHARD}`);
