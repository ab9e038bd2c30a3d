import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { nameBeginnings } from '../../domain/names.ts';
import type { Action } from '../batches.ts';
import { listPage, type Page, type PageRequest } from '../list-page.ts';
import { namePartition, nameSort } from '../registry-keys.ts';
import type { BadgeChange, BadgeRecord } from './record.ts';

const nameRecord = z.object({ badgeId: z.string() });

export const nameKeys = (event: string, { badgeId, name }: Pick<BadgeRecord, 'badgeId' | 'name'>) =>
  nameBeginnings(name).map((beginning) => ({
    pk: namePartition(event, beginning),
    sk: nameSort(beginning, badgeId),
  }));

/** Files a badge under its name, and no longer under the one it had. */
export const renaming = (table: string, event: string, { before, after }: BadgeChange): Action[] => {
  if (before?.name === after.name) return [];
  const keys = nameKeys(event, after);
  const kept = new Set(keys.map(({ sk }) => sk));
  const stale = before ? nameKeys(event, before).filter(({ sk }) => !kept.has(sk)) : [];
  return [
    ...keys.map((key) => ({ Put: { TableName: table, Item: { ...key, badgeId: after.badgeId } } })),
    ...stale.map((key) => ({ Delete: { TableName: table, Key: key } })),
  ];
};

/** Takes a badge away from under its name. */
export const unnaming = (table: string, event: string, badge: BadgeRecord): Action[] =>
  nameKeys(event, badge).map((key) => ({ Delete: { TableName: table, Key: key } }));

/** Badge ids under names that begin with these folded letters, by name; some may have been renamed since. */
export const findNames =
  (documents: DynamoDBDocumentClient, table: string) =>
  (event: string, search: string, request: PageRequest<string>): Promise<Page<string>> =>
    listPage(
      documents,
      {
        table,
        pk: namePartition(event, search),
        prefix: search,
        parse: (item) => nameRecord.parse(item).badgeId,
      },
      request,
    );
