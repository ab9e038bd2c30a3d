import { foldAttendance, SESSION_ENDED } from './attendance.ts';
import { SYSTEM_DEVICE, scanIdOfName } from './derived-scan-id.ts';
import type { AttendanceRecord, RecordedScan } from './scan.ts';

/** When a session ends, and how long after that people may still be leaving; ms. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly endsAt: number;
  readonly graceMs: number;
}

/**
 * The system exit of someone who is still inside when session and grace are over, or null. It is at the end of the
 * session; of someone who came in after that, as long after the entry as the grace. The same end gives the same scan.
 */
export const checkOut = (
  record: AttendanceRecord,
  { sessionId, endsAt, graceMs }: SessionEnd,
  now: number,
): RecordedScan | null => {
  const { inside, last } = foldAttendance(record.scans);
  if (!inside || !last) return null;
  const scannedAt = last.scannedAt < endsAt ? endsAt : last.scannedAt + Math.max(1, graceMs);
  if (now < Math.max(scannedAt, endsAt + graceMs)) return null;
  const scanId = scanIdOfName(`${SESSION_ENDED} ${sessionId} ${record.badgeId} ${scannedAt}`);
  // A supervisor who annulled this scan knows that the person is there.
  if (record.scans.some((scan) => scan.scanId === scanId)) return null;
  return {
    scanId,
    direction: 'exit',
    scannedAt,
    deviceId: SYSTEM_DEVICE,
    refused: null,
    conflict: null,
    system: SESSION_ENDED,
  };
};
