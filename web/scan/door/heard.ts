import type { ApiBody } from '../../../shared/client/api.ts';
import { recordName } from '../../../shared/client/offline/offline-door.ts';
import { foldAttendance } from '../../../shared/domain/attendance.ts';
import type { AttendanceRecord, RecordedScan, Reentry } from '../../../shared/domain/scan.ts';
import type { Remembered } from '../device/memory.ts';
import type { NewScan } from '../device/queue.ts';

type Answer = ApiBody<'POST /v1/events/{event}/check-ins'>['results'][number];

/** More of one badge at one session are a badge left before the scanner. */
const MAX_SCANS = 40;

const accepted = (
  scanId: string,
  direction: 'entry' | 'exit',
  scannedAt: string,
  deviceId: string,
): RecordedScan => ({
  scanId,
  direction,
  scannedAt: Date.parse(scannedAt),
  deviceId,
  refused: null,
  conflict: null,
});

/** Scans that say of a badge what the server says, where other doors have moved it. */
const summary = ({ attendance, previous, scanId }: Answer): RecordedScan[] => {
  if (!attendance || attendance.entries === 0) return [];
  const { firstEntryAt, lastScanAt, inside } = attendance;
  const deviceId = previous?.deviceId ?? '';
  const first = firstEntryAt && accepted(`${scanId} first`, 'entry', firstEntryAt, deviceId);
  const last = lastScanAt && accepted(`${scanId} last`, inside ? 'entry' : 'exit', lastScanAt, deviceId);
  return [...(first ? [first] : []), ...(last && !(inside && lastScanAt === firstEntryAt) ? [last] : [])];
};

/**
 * What the device remembers of a badge after an answer of the server: its own scans, as long as they say what the
 * server says; else the server's word alone. A later decision without network is made on it.
 */
export const heard = (
  known: AttendanceRecord | undefined,
  scan: NewScan,
  answer: Answer,
  deviceId: string,
  reentry: Reentry,
): Remembered | null => {
  const { badge, attendance } = answer;
  if (!badge || !attendance || answer.outcome === 'invalid' || answer.outcome === 'retry') return null;
  const own: RecordedScan = {
    scanId: scan.scanId,
    direction: scan.direction,
    scannedAt: scan.scannedAt,
    deviceId,
    refused: answer.outcome === 'refused' ? answer.reason : null,
    conflict: answer.conflict,
    ...(scan.direction === 'entry' && reentry !== 'after-exit' && { reentry }),
  };
  const others = (known?.scans ?? []).filter(({ scanId }) => scanId !== own.scanId);
  const scans = [...others, own];
  const { inside, entries } = foldAttendance(scans);
  const agrees = inside === attendance.inside && entries > 0 === attendance.entries > 0;
  const refused = scans.filter((other) => other.refused !== null);
  const record: AttendanceRecord = {
    badgeId: badge.badgeId,
    category: badge.category,
    country: badge.country,
    scans: (agrees ? scans : [...refused, ...summary(answer)]).slice(-MAX_SCANS),
    changes: (known?.changes ?? 0) + 1,
  };
  return { name: recordName(scan.sessionId, badge.badgeId), record };
};
