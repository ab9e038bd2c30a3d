import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BadgeScan } from '../../contract/badges.ts';
import type { StoredSession } from '../../contract/sessions.ts';
import { foldAttendance } from '../../domain/attendance.ts';
import { type AttendanceRecord, scanOrder } from '../../domain/scan.ts';
import { outcomeOf } from '../../domain/scan-facts.ts';
import { shardOf } from '../../domain/shard.ts';
import { attendanceRecords } from '../attendance/batch.ts';

const iso = (ms: number) => new Date(ms).toISOString();

const storyOf = (
  sessionId: string,
  { scans, reentry }: AttendanceRecord,
): { order: string; scan: BadgeScan }[] => {
  const conflicts = new Map(
    foldAttendance(scans, reentry).conflicts.map(({ scan, reason }) => [scan.scanId, reason]),
  );
  return scans.map((scan) => ({
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
  return async (
    event: string,
    badgeId: string,
    sessions: readonly Pick<StoredSession, 'sessionId' | 'shards'>[],
  ): Promise<BadgeScan[]> => {
    const records = await recordsOf(
      sessions.map(({ sessionId, shards }) => ({
        event,
        sessionId,
        shard: shardOf(badgeId, shards),
        badgeId,
      })),
    );
    return records
      .flatMap(({ key, record }) => storyOf(key.sessionId, record))
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .map(({ scan }) => scan);
  };
};
