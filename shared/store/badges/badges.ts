import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ownersOfCode } from './codes.ts';
import { namesOfBadges } from './holders.ts';
import { listBadges } from './list.ts';
import { findNames } from './names.ts';
import { badgeRecords } from './record.ts';
import { removeBadge } from './remove.ts';
import { saveBadges } from './save.ts';
import { badgeStandings } from './standings.ts';

/** Badges of an event: their records, the codes of other systems, their names and how their prints stand. */
export const badgeStore = (documents: DynamoDBDocumentClient, table: string) => ({
  ...badgeRecords(documents, table),
  ...badgeStandings(documents, table),
  names: namesOfBadges(documents, table),
  ownersOfCode: ownersOfCode(documents, table),
  save: saveBadges(documents, table),
  remove: removeBadge(documents, table),
  findNames: findNames(documents, table),
  list: listBadges(documents, table),
});
export type BadgeStore = ReturnType<typeof badgeStore>;
