import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BadgeScan } from '../../contract/badges.ts';
import type { StoredSession } from '../../contract/sessions.ts';
import { attendanceIn } from '../../domain/attendance.ts';
import { type AttendanceRecord, scanOrder } from '../../domain/scan.ts';
import { outcomeOf } from '../../domain/scan-facts.ts';
import { attendanceRecords } from '../attendance/batch.ts';
import { recordKeyOf } from '../attendance/keys.ts';
import { isCrowded, overflowRefusals } from '../attendance/refusals.ts';

const iso = (ms: number) => new Date(ms).toISOString();

const storyOf = (sessionId: string, record: AttendanceRecord): { order: string; scan: BadgeScan }[] => {
  const conflicts = new Map(attendanceIn(record).conflicts.map(({ scan, reason }) => [scan.scanId, reason]));
  return record.scans.map((scan) => ({
    order: scanOrder(scan),
    scan: {
      scanId: scan.scanId,
      sessionId,
      direction: scan.direction,
      outcome: outcomeOf(scan),
      reason: scan.refused,
      conflict: conflicts.get(scan.scanId) ?? null,
      scannedAt: iso(scan.scannedAt),
      deviceId: scan.deviceId,
      admittedOffline: scan.admittedOffline ?? false,
      override: scan.override ?? null,
      system: scan.system ?? null,
      skewMs: scan.skewMs ?? null,
      annulled: scan.annulled ? { ...scan.annulled, at: iso(scan.annulled.at) } : null,
    },
  }));
};

/** Every scan of a badge in these sessions, refused, annulled and system scans too, oldest first. */
export const badgeScans = (client: DynamoDBClient, attendanceTable: string) => {
  const recordsOf = attendanceRecords(client, attendanceTable);
  const overflowOf = overflowRefusals(client, attendanceTable);
  return async (
    event: string,
    badgeId: string,
    sessions: readonly Pick<StoredSession, 'sessionId' | 'shards'>[],
  ): Promise<BadgeScan[]> => {
    const records = await recordsOf(sessions.map((session) => recordKeyOf(event, session, badgeId)));
    const stories = await Promise.all(
      records.map(async ({ key, record }) => {
        const others = isCrowded(record) ? await overflowOf(key) : [];
        // One that was let in after all stands in both.
        const known = new Set(record.scans.map(({ scanId }) => scanId));
        const scans = [...record.scans, ...others.filter(({ scanId }) => !known.has(scanId))];
        return storyOf(key.sessionId, { ...record, scans });
      }),
    );
    return stories
      .flat()
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .map(({ scan }) => scan);
  };
};
