import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { instant } from '../../contract/values.ts';
import type { StandingChange } from '../../domain/badge-standing.ts';
import type { Action } from '../batches.ts';
import { StoreBusyError } from '../errors.ts';
import { queryPages } from '../query-pages.ts';
import { readable } from '../readable.ts';
import { badgeKey, codeKey, standingPartition, standingSort } from '../registry-keys.ts';
import { codeHash, isForeign } from './code-hash.ts';
import { type BadgeRecord, badgeRecords } from './record.ts';

/**
 * Changes are sorted by the clock of whoever wrote them, so one may appear a little before the newest
 * that was read; each reading goes back by this much.
 */
const OVERLAP_MS = 60_000;

const MAX_TRIES = 3;

const overlapped = (key: string): string => {
  const at = Date.parse(key.slice(0, key.indexOf('#')));
  return new Date(at - OVERLAP_MS).toISOString();
};

const anything = z.optional(z.unknown());

/** Not by `z.catch`, which brings 10 kB along into the door's function. */
const standingItem = z
  .object({
    kind: z._default(z.enum(['revoked', 'restored', 'reissued']), 'revoked'),
    issue: z.pipe(
      anything,
      z.transform((issue) => (typeof issue === 'number' && Number.isInteger(issue) ? issue : 1)),
    ),
    deleted: z.pipe(
      anything,
      z.transform((deleted) => deleted === true || undefined),
    ),
  })
  .check(z.refine(({ kind, issue }) => kind !== 'reissued' || issue > 1, 'which print is not known'));

/** Whose a standing is and since when stand in its key. */
const keyed = (item: Record<string, unknown>) => {
  const sk = z.string().parse(item['sk']);
  const end = sk.indexOf('#');
  return { sk, badgeId: sk.slice(end + 1), since: z.safeParse(instant, sk.slice(0, end)) };
};

const readStanding = (item: Record<string, unknown>) => {
  const { since, ...key } = keyed(item);
  if (since.error) throw since.error;
  return { ...key, at: since.data, ...standingItem.parse(item) };
};

/** What cannot be read may be a revocation: nobody with that badge enters before somebody has looked. */
const asRevoked = (item: Record<string, unknown>) => {
  const { since, ...key } = keyed(item);
  return { ...key, at: since.data ?? 0, kind: 'revoked' as const, issue: 1, deleted: undefined };
};

/** Later than the change before, whatever the clocks of those who wrote: a badge's changes have one order. */
export const standingTime = (badge: Pick<BadgeRecord, 'standingAt'> | undefined, now: number): string => {
  const before = badge?.standingAt;
  return new Date(before === undefined ? now : Math.max(now, Date.parse(before) + 1)).toISOString();
};

/** An entry of the list that doors read to know which prints no longer count. */
export const standingEntry = (
  table: string,
  event: string,
  { badgeId, kind, issue, at, deleted = false }: Omit<StandingChange, 'at'> & { readonly at: string },
): Action => ({
  Put: {
    TableName: table,
    Item: {
      pk: standingPartition(event),
      sk: standingSort(at, badgeId),
      badgeId,
      kind,
      issue,
      ...(deleted && { deleted }),
    },
  },
});

/** The badge, the list that doors read, and its code where another system made it: all or nothing. */
const changing = (
  table: string,
  event: string,
  { badgeId, code, issue }: BadgeRecord,
  at: string,
  revokedReason: string | null | undefined,
): Action[] => {
  const revokes = revokedReason !== undefined;
  const ofCode: Action = {
    Update: {
      TableName: table,
      Key: codeKey(event, codeHash(code)),
      UpdateExpression: revokes ? 'SET revokedAt = :at' : 'REMOVE revokedAt',
      ConditionExpression: 'badgeId = :badge',
      ExpressionAttributeValues: { ...(revokes && { ':at': at }), ':badge': badgeId },
    },
  };
  return [
    {
      Update: {
        TableName: table,
        Key: badgeKey(event, badgeId),
        UpdateExpression: revokes
          ? 'SET revokedAt = :at, revokedReason = :reason, standingAt = :at'
          : 'SET standingAt = :at REMOVE revokedAt, revokedReason',
        ConditionExpression: `code = :code AND attribute_${revokes ? 'not_' : ''}exists(revokedAt)`,
        ExpressionAttributeValues: {
          ':at': at,
          ':code': code,
          ...(revokes && { ':reason': revokedReason }),
        },
      },
    },
    standingEntry(table, event, { badgeId, kind: revokes ? 'revoked' : 'restored', issue, at }),
    ...(isForeign(code) ? [ofCode] : []),
  ];
};

/**
 * Reads changes since `lastKey` of an earlier answer, all of them without it, in their order. Some are named
 * again; see `withChanges`.
 */
export const standingsReader =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (
    event: string,
    afterKey?: string,
  ): Promise<{ changes: StandingChange[]; lastKey: string | undefined }> => {
    const changes: StandingChange[] = [];
    let lastKey = afterKey;
    for await (const items of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: {
        ':pk': standingPartition(event),
        ':after': afterKey === undefined ? ' ' : overlapped(afterKey),
      },
    })) {
      for (const { sk, ...change } of readable(items, readStanding, asRevoked)) {
        changes.push(change);
        // At 0 there is no time in the key to go on from.
        if (change.at > 0 && (lastKey === undefined || sk > lastKey)) lastKey = sk;
      }
    }
    return { changes, lastKey };
  };

export const badgeStandings = (documents: DynamoDBDocumentClient, table: string) => {
  const { get } = badgeRecords(documents, table);

  const change = async (
    event: string,
    badgeId: string,
    now: number,
    revokedReason: string | null | undefined,
  ): Promise<BadgeRecord | undefined> => {
    for (let attempt = 1; ; attempt += 1) {
      const badge = await get(event, badgeId);
      const revokes = revokedReason !== undefined;
      if (!badge || (badge.revokedAt !== null) === revokes) return badge;
      const at = standingTime(badge, now);
      try {
        const actions = changing(table, event, badge, at, revokedReason);
        await documents.send(new TransactWriteCommand({ TransactItems: actions }));
      } catch (error) {
        // An import or another change came in between.
        if (!(error instanceof TransactionCanceledException)) throw error;
        if (attempt < MAX_TRIES) continue;
        throw new StoreBusyError(`the badge ${badgeId} keeps changing`, { cause: error });
      }
      const revoked = { revokedAt: at, revokedReason: revokedReason ?? null };
      return { ...badge, standingAt: at, ...(revokes ? revoked : { revokedAt: null, revokedReason: null }) };
    }
  };

  return {
    standingsSince: standingsReader(documents, table),

    /** The time and reason of the first revocation stay. Undefined for an unknown badge. */
    revoke: (event: string, badgeId: string, reason: string | null, now: number) =>
      change(event, badgeId, now, reason),

    /** Takes a revocation back. Undefined for an unknown badge. */
    restore: (event: string, badgeId: string, now: number) => change(event, badgeId, now, undefined),
  };
};
