import type { ScanResult } from '../../shared/contract/check-ins.ts';
import type { StoredSession } from '../../shared/contract/programme.ts';
import { badgeCategory } from '../../shared/contract/values.ts';
import type { BadgeReading } from '../../shared/domain/admission.ts';
import { type Attendance, foldAttendance } from '../../shared/domain/attendance.ts';
import { type ExplainedLanguage, explain } from '../../shared/domain/explain.ts';
import { type AttendanceRecord, type RecordedScan, scanOrder } from '../../shared/domain/scan.ts';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What happened to a scan, before it is put into words. */
export interface Settled {
  readonly scan: RecordedScan;
  readonly replayed: boolean;
  /** The badge's record with this scan in it; absent for a badge that is not known. */
  readonly record?: AttendanceRecord | undefined;
}

export interface Setting {
  readonly badge: BadgeReading;
  readonly session: StoredSession | undefined;
  readonly timeZone: string;
  readonly language: ExplainedLanguage;
  readonly occupancy: ScanResult['occupancy'];
  readonly deviceName: (deviceId: string) => string;
}

/** The scan that this one contradicts: the one before it in time, else the newest. */
const counterpart = (attendance: Attendance, scan: RecordedScan): RecordedScan | null => {
  const others = attendance.counted.filter(({ scanId }) => scanId !== scan.scanId);
  const order = scanOrder(scan);
  return others.findLast((other) => scanOrder(other) < order) ?? others.at(-1) ?? null;
};

const NAMES_PREVIOUS = new Set<string | null>(['already_inside', 'already_admitted', 'inside_elsewhere']);

const summary = ({
  inside,
  entries,
  firstEntryAt,
  last,
}: Attendance): NonNullable<ScanResult['attendance']> => ({
  inside,
  entries,
  firstEntryAt: iso(firstEntryAt),
  lastScanAt: iso(last?.scannedAt ?? null),
});

export const attendanceOf = (record: AttendanceRecord) =>
  summary(foldAttendance(record.scans, record.reentry));

/** A decided scan as the device hears it. */
export const describeResult = (settled: Settled, setting: Setting): ScanResult => {
  const { scan, record, replayed } = settled;
  const { badge, session } = setting;
  const attendance = record && foldAttendance(record.scans, record.reentry);
  const outcome = scan.refused !== null ? 'refused' : scan.direction === 'entry' ? 'admitted' : 'left';
  const previous =
    attendance && (NAMES_PREVIOUS.has(scan.refused) || NAMES_PREVIOUS.has(scan.conflict))
      ? counterpart(attendance, scan)
      : null;
  const detail = explain(
    {
      outcome,
      reason: scan.refused,
      conflict: scan.conflict,
      previous: previous && {
        scannedAt: previous.scannedAt,
        deviceName: setting.deviceName(previous.deviceId),
      },
      opensAt: session?.admission.opensAt ? Date.parse(session.admission.opensAt) : null,
      closesAt: session?.admission.closesAt ? Date.parse(session.admission.closesAt) : null,
      categories: session?.admission.categories ?? null,
      capacity: session?.admission.capacity ?? null,
      otherEvent: badge.kind === 'other-event' ? badge.event : null,
    },
    setting.language,
    setting.timeZone,
  );
  return {
    scanId: scan.scanId,
    outcome,
    reason: scan.refused,
    detail,
    replayed,
    conflict: scan.conflict,
    badge:
      badge.kind === 'known'
        ? {
            badgeId: badge.badgeId,
            category: badgeCategory.parse(badge.category),
            country: badge.country,
            name: badge.name,
          }
        : null,
    attendance: attendance ? summary(attendance) : null,
    previous: previous && {
      scannedAt: new Date(previous.scannedAt).toISOString(),
      deviceId: previous.deviceId,
      direction: previous.direction,
    },
    occupancy: setting.occupancy,
  };
};

/** A scan that could not be read at all. */
export const invalidResult = (
  raw: unknown,
  places: readonly { pointer: string; detail: string }[],
): ScanResult => {
  const first = places[0];
  const scanId =
    typeof raw === 'object' && raw !== null && 'scanId' in raw && typeof raw.scanId === 'string'
      ? raw.scanId
      : null;
  return {
    scanId,
    outcome: 'invalid',
    reason: null,
    detail: places.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
    ...(first && { pointer: first.pointer }),
    replayed: false,
    conflict: null,
    badge: null,
    attendance: null,
    previous: null,
    occupancy: null,
  };
};
