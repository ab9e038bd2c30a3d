import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Action, transactAll } from '../batches.ts';
import { StoreBusyError } from '../errors.ts';
import { badgeKey, badgeListPartition } from '../registry-keys.ts';
import { codeHash, isForeign } from './code-hash.ts';
import { freeingCodes } from './codes.ts';
import { unnaming } from './names.ts';
import type { BadgeRecord } from './record.ts';
import { standingEntry, standingTime } from './standings.ts';

/** What stays of a badge: the number that a later badge of this id begins with, so that old prints stay refused. */
const grave = (table: string, event: string, badge: BadgeRecord, at: string): Action => ({
  Update: {
    TableName: table,
    Key: badgeKey(event, badge.badgeId),
    UpdateExpression: `SET nextIssue = :next, standingAt = :at REMOVE badgeId, category, country, #name, company, code,
      issue, reissuedAt, reissuedReason, revokedAt, revokedReason${isForeign(badge.code) ? ' ADD formerCodes :former' : ''}`,
    ConditionExpression: 'code = :code',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: {
      ':next': badge.issue + 1,
      ':at': at,
      ':code': badge.code,
      ...(isForeign(badge.code) && { ':former': new Set([codeHash(badge.code)]) }),
    },
  },
});

/**
 * Takes a badge away with its names; its prints are superseded from now on.
 * @throws {StoreBusyError} when it was changed meanwhile
 */
export const removeBadge =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, badge: BadgeRecord, now: number): Promise<void> => {
    const { badgeId, issue } = badge;
    const at = standingTime(badge, now);
    const afterwards = standingTime({ standingAt: at }, now);
    const freeing = isForeign(badge.code)
      ? await freeingCodes(documents, table, event, [badge], at, true)
      : new Map<string, Action>();
    const failed = await transactAll(documents, [
      {
        actions: [
          grave(table, event, badge, afterwards),
          { Delete: { TableName: table, Key: { pk: badgeListPartition(event), sk: badgeId } } },
          ...unnaming(table, event, badge),
          ...freeing.values(),
          standingEntry(table, event, { badgeId, kind: 'restored', issue, at }),
          standingEntry(table, event, {
            badgeId,
            kind: 'reissued',
            issue: issue + 1,
            at: afterwards,
            deleted: true,
          }),
        ],
      },
    ]);
    if (failed.length > 0) throw new StoreBusyError(`the badge ${badgeId} was changed meanwhile`);
  };
