import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ownersOfCode } from './codes.ts';
import { namesOfBadges } from './holders.ts';
import { standingsReader } from './standings.ts';

/** What a door reads of badges. */
export const doorBadges = (documents: DynamoDBDocumentClient, table: string) => ({
  names: namesOfBadges(documents, table),
  ownersOfCode: ownersOfCode(documents, table),
  standingsSince: standingsReader(documents, table),
});
export type DoorBadges = ReturnType<typeof doorBadges>;
