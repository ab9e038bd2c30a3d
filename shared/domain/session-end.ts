import { attendanceIn, SESSION_ENDED } from './attendance.ts';
import { SYSTEM_DEVICE, scanIdOfName } from './derived-scan-id.ts';
import { type AttendanceRecord, effectiveScans, type RecordedScan } from './scan.ts';

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
  const { inside, last } = attendanceIn(record);
  if (!inside || !last) return null;
  const scannedAt = last.scannedAt < endsAt ? endsAt : last.scannedAt + Math.max(1, graceMs);
  if (now < Math.max(scannedAt, endsAt + graceMs)) return null;
  const scanId = scanIdOfName(`${SESSION_ENDED} ${sessionId} ${record.badgeId} ${scannedAt}`);
  const made = record.scans.find((scan) => scan.scanId === scanId);
  // A supervisor who annulled this scan knows that the person is there.
  if (made?.annulled && made.annulled.deviceId !== SYSTEM_DEVICE) return null;
  return {
    scanId,
    direction: 'exit',
    scannedAt,
    deviceId: SYSTEM_DEVICE,
    refused: null,
    conflict: null,
    system: SESSION_ENDED,
    endedAt: endsAt,
  };
};

/** Whoever came in again after such an exit has to have left before. */
const isRefuted = (ordered: readonly RecordedScan[], exit: RecordedScan): boolean =>
  ordered.slice(ordered.indexOf(exit) + 1).find(({ system }) => system === undefined)?.direction !== 'entry';

/**
 * The exit that a former end of the session has caused, annulled: the session did not end then, so nobody left for
 * that reason. Null where there is none.
 */
const takeBack = (record: AttendanceRecord, { endsAt }: SessionEnd, now: number): RecordedScan | null => {
  const ordered = effectiveScans(record.scans);
  const exit = ordered.find(
    (scan) =>
      scan.system === SESSION_ENDED &&
      (scan.endedAt ?? scan.scannedAt) !== endsAt &&
      isRefuted(ordered, scan),
  );
  const reason = `the session ends at ${new Date(endsAt).toISOString()}`;
  return exit ? { ...exit, annulled: { at: now, deviceId: SYSTEM_DEVICE, reason } } : null;
};

/**
 * What is to be written next, so that a record says what the present end of its session makes of it: exits of former
 * ends are annulled one by one, then whoever is still inside is checked out. Null once nothing is left to write.
 */
export const endChange = (record: AttendanceRecord, end: SessionEnd, now: number): RecordedScan | null =>
  takeBack(record, end, now) ?? checkOut(record, end, now);
