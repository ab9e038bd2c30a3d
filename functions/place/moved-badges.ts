import type { DynamoDBRecord } from 'aws-lambda';
import { mayMovePlaces } from '../../shared/domain/place.ts';
import { log } from '../../shared/runtime/log.ts';
import { attendanceChanges } from '../../shared/store/attendance/stream.ts';

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
  for (const change of attendanceChanges(records)) {
    if (change.kind === 'malformed') {
      const { sequenceNumber, error } = change;
      // `count` reads the same stream and parks it.
      log.error('a record that cannot be read moves nobody', { sequenceNumber, error: error.message });
    }
    if (change.kind !== 'record' || change.badgeId === undefined) continue;
    if (!mayMovePlaces(change.before, change.after)) continue;
    const { event, sessionId, badgeId, sequenceNumber } = change;
    const name = `${event}#${badgeId}`;
    const known = badges.get(name);
    if (known) known.sessionIds.add(sessionId);
    else badges.set(name, { event, badgeId, sessionIds: new Set([sessionId]), sequenceNumber });
  }
  return [...badges.values()];
};
