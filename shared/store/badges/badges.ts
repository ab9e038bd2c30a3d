import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { badgeByCode } from './codes.ts';
import { findNames } from './names.ts';
import { badgeRecords } from './record.ts';
import { badgeRevocations } from './revocations.ts';
import { saveBadges } from './save.ts';

/** Badges of an event: their records, the codes of other systems, their names and their revocations. */
export const badgeStore = (documents: DynamoDBDocumentClient, table: string) => ({
  ...badgeRecords(documents, table),
  ...badgeRevocations(documents, table),
  byCode: badgeByCode(documents, table),
  save: saveBadges(documents, table),
  findNames: findNames(documents, table),
});
export type BadgeStore = ReturnType<typeof badgeStore>;
