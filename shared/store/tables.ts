import { BADGE_PREFIX } from './attendance/keys.ts';
import { badgeKey, badgeListPartition, codeKey, devicePartition, namePartition } from './registry-keys.ts';

/** What infrastructure declares tables, indexes and streams' filters by: nothing else outside knows an attribute. */

export const KEY = { partition: 'pk', sort: 'sk' } as const;

/** Of Attendance: records with a conflict, by key and newest conflict. */
export const CONFLICTS_INDEX = { name: 'conflicts', sort: 'conflictAt' } as const;

/** Of Announcements: what is scheduled and nothing else, by its time. */
export const DUE_INDEX = { name: 'due', partition: 'duePk', sort: 'publishAt' } as const;

/** Of the Registry: seconds since 1970. */
export const TIME_TO_LIVE = 'expiresAt';

/** Partitions of the Registry that hold devices, of any event, as IAM matches them. */
export const DEVICES_OF_ANY_EVENT = devicePartition('*');

/** Partitions of the Registry that a new badge is written to, of any event. */
export const BADGES_OF_ANY_EVENT = [
  badgeKey('*', '*').pk,
  codeKey('*', '*').pk,
  badgeListPartition('*'),
  namePartition('*', '*'),
];

/** Sort keys of editions begin with it, those of drafts and of the ledger do not. */
export const EDITION = 'E#';

/**
 * Patterns of what readers of a stream want to see.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */

/** Edition items, and only when they appear: drafts and what is under embargo never reach the reader (I7). */
export const NEW_EDITIONS = {
  eventName: ['INSERT'],
  dynamodb: { Keys: { [KEY.sort]: { S: [{ prefix: EDITION }] } } },
};

/** Records of badges; neither gates nor refusals of unknown badges. */
export const BADGE_RECORDS = { dynamodb: { Keys: { [KEY.sort]: { S: [{ prefix: BADGE_PREFIX }] } } } };

/** Counters, and neither minutes of the timeline nor what was told: those have no version. */
export const COUNTERS = { dynamodb: { NewImage: { v: { N: [{ exists: true }] } } } };
