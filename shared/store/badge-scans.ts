import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BadgeScan } from '../contract/badges.ts';
import type { StoredSession } from '../contract/programme.ts';
import { foldAttendance } from '../domain/attendance.ts';
import type { RecordedScan } from '../domain/scan.ts';
import { scanOrder } from '../domain/scan.ts';
import { shardOf } from '../domain/shard.ts';
import { attendanceKey, badgeSortKey, parseAttendanceKey, recordFromImage } from './attendance-item.ts';
import { BatchIncompleteError } from './batches.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_READS = 100;
const MAX_TRIES = 8;
const PAUSE_MS = 50;

const iso = (ms: number) => new Date(ms).toISOString();

const outcomeOf = ({ refused, direction }: RecordedScan): BadgeScan['outcome'] => {
  if (refused !== null) return 'refused';
  return direction === 'entry' ? 'admitted' : 'left';
};

const storyOf = (item: Record<string, AttributeValue>): { order: string; scan: BadgeScan }[] => {
  const sessionId = parseAttendanceKey(item['pk']?.S ?? '')?.sessionId;
  if (!sessionId) return [];
  const { scans, reentry } = recordFromImage(item);
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

/** Every scan of a badge in these sessions, oldest first. */
export const badgeScans =
  (client: DynamoDBClient, attendanceTable: string) =>
  async (event: string, badgeId: string, sessions: readonly StoredSession[]): Promise<BadgeScan[]> => {
    const keys = sessions.map(({ sessionId, shards }) => ({
      pk: { S: attendanceKey(event, sessionId, shardOf(badgeId, shards)) },
      sk: { S: badgeSortKey(badgeId) },
    }));
    const story: { order: string; scan: BadgeScan }[] = [];
    for (let start = 0; start < keys.length; start += MAX_READS) {
      let left: Record<string, AttributeValue>[] = keys.slice(start, start + MAX_READS);
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === MAX_TRIES) throw new BatchIncompleteError(`${left.length} reads were not answered`);
        if (attempt > 0) await sleep(PAUSE_MS * attempt);
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({
            RequestItems: { [attendanceTable]: { Keys: left, ConsistentRead: true } },
          }),
        );
        story.push(...(Responses?.[attendanceTable] ?? []).flatMap(storyOf));
        left = UnprocessedKeys?.[attendanceTable]?.Keys ?? [];
      }
    }
    return story.sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ scan }) => scan);
  };
