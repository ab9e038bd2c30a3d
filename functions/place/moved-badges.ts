import type { DynamoDBRecord } from 'aws-lambda';
import { mayMovePlaces } from '../../shared/domain/place.ts';
import { log } from '../../shared/runtime/log.ts';
import { MalformedItem, recordFromImage } from '../../shared/store/attendance/item.ts';
import { badgeIdOf, parseAttendanceKey } from '../../shared/store/attendance/keys.ts';

/** A badge whose places have to be looked at, and the sessions whose records say so. */
export interface MovedBadge {
  readonly event: string;
  readonly badgeId: string;
  readonly sessionIds: ReadonlySet<string>;
  /** Of its first record in the batch. */
  readonly sequenceNumber: string;
}

/** The badges of a batch that may have changed places, each once, in order of their first change. */
export const movedBadges = (records: readonly DynamoDBRecord[]): MovedBadge[] => {
  const badges = new Map<string, MovedBadge & { sessionIds: Set<string> }>();
  for (const record of records) {
    const change = record.dynamodb;
    const [pk, sk] = [change?.Keys?.['pk']?.S, change?.Keys?.['sk']?.S];
    const sequenceNumber = change?.SequenceNumber;
    if (!change || pk === undefined || sk === undefined || sequenceNumber === undefined) {
      throw new Error('not a stream record');
    }
    const key = parseAttendanceKey(pk);
    const badgeId = badgeIdOf(sk);
    if (badgeId === undefined || !key || key.sessionId === null || !moves(record)) continue;
    const { event, sessionId } = key;
    const name = `${event}#${badgeId}`;
    const known = badges.get(name);
    if (known) known.sessionIds.add(sessionId);
    else badges.set(name, { event, badgeId, sessionIds: new Set([sessionId]), sequenceNumber });
  }
  return [...badges.values()];
};

const moves = ({ dynamodb: { NewImage, OldImage, SequenceNumber } = {} }: DynamoDBRecord): boolean => {
  try {
    return mayMovePlaces(OldImage && recordFromImage(OldImage), NewImage && recordFromImage(NewImage));
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    // `count` reads the same stream and parks it.
    log.error('a record that cannot be read moves nobody', { SequenceNumber, error: error.message });
    return false;
  }
};
