import { conflictNotice } from '../../shared/contract/notices.ts';
import { attendanceIn } from '../../shared/domain/attendance.ts';
import type { RecordedScan } from '../../shared/domain/scan.ts';
import type { ChangedSession } from '../../shared/store/counts/changed-sessions.ts';
import type { WatchDeps } from './deps.ts';

/** Newest conflicts of a shard that are looked at when there are more than before. */
const LOOKED_AT = 100;
const REMEMBERED = 10_000;

const deviceOf = ({ deviceId, scannedAt }: RecordedScan) => ({
  deviceId,
  scannedAt: new Date(scannedAt).toISOString(),
});

/**
 * Tells of entries that the rules would have refused, with both devices and times. Exits without an entry are no
 * news, and what a supervisor overrode was decided by somebody who knew.
 */
export const watchConflicts = async (
  { attendance, ledger, send, clock, told }: WatchDeps,
  { event, sessionId, conflicting }: ChangedSession,
): Promise<void> => {
  for (const shard of conflicting) {
    for (const record of await attendance.conflicting(event, sessionId, shard, LOOKED_AT)) {
      for (const { scan, previous, reason } of attendanceIn(record).conflicts) {
        const topic = `conflict#${sessionId}#${scan.scanId}`;
        if (scan.direction === 'exit' || scan.override !== undefined || told.has(`${event}#${topic}`))
          continue;
        const data = {
          sessionId,
          badgeId: record.badgeId,
          conflict: reason,
          scanId: scan.scanId,
          scan: deviceOf(scan),
          previous: previous && deviceOf(previous),
        };
        await ledger.once(event, topic, reason, () => send(conflictNotice(event, data, clock())));
        if (told.size >= REMEMBERED) told.clear();
        told.add(`${event}#${topic}`);
      }
    }
  }
};
