import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BadgeScan } from '../contract/badges.ts';
import { type RecordedScan, scanOrder } from '../domain/scan.ts';
import { shardOf } from '../domain/shard.ts';
import { attendanceRecords } from './attendance-batch.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

const toBadgeScan = (sessionId: string, scan: RecordedScan): BadgeScan => ({
  scanId: scan.scanId,
  sessionId,
  direction: scan.direction,
  outcome: scan.refused !== null ? 'refused' : scan.direction === 'entry' ? 'admitted' : 'left',
  reason: scan.refused,
  conflict: scan.conflict,
  scannedAt: iso(scan.scannedAt),
  deviceId: scan.deviceId,
  admittedOffline: scan.admittedOffline === true,
  override: scan.override ?? null,
  system: scan.system ?? null,
  skewMs: scan.skewMs ?? null,
  annulled: scan.annulled ? { ...scan.annulled, at: iso(scan.annulled.at) } : null,
});

/**
 * Everything that was recorded of one badge: accepted, refused, annulled and system scans of all these sessions,
 * oldest first.
 */
export const badgeStory = (client: DynamoDBClient, table: string) => {
  const recordsOf = attendanceRecords(client, table);
  return async (
    event: string,
    badgeId: string,
    sessions: readonly { readonly sessionId: string; readonly shards: number }[],
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
      .flatMap(({ key, record }) => record.scans.map((scan) => ({ sessionId: key.sessionId, scan })))
      .sort((a, b) => (scanOrder(a.scan) < scanOrder(b.scan) ? -1 : 1))
      .map(({ sessionId, scan }) => toBadgeScan(sessionId, scan));
  };
};
