import type { ScanResult } from '../contract/check-ins.ts';
import { pointer } from '../contract/problem.ts';
import type { Scan } from '../contract/scans.ts';
import { badgeCategory } from '../contract/values.ts';
import type { BadgeReading } from '../domain/admission.ts';
import { type Attendance, attendanceIn } from '../domain/attendance.ts';
import { type ExplainedLanguage, explain, explainFailure } from '../domain/explain.ts';
import type { AttendanceRecord, RecordedScan } from '../domain/scan.ts';
import { factsOf } from '../domain/scan-facts.ts';
import { log } from '../runtime/log.ts';
import { RecordTooLargeError } from '../store/attendance/update.ts';
import type { DoorSession } from '../store/door-programme.ts';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What happened to a scan, before it is put into words. */
export interface Decided {
  readonly scan: RecordedScan;
  readonly replayed: boolean;
  /** The badge's record with this scan in it; absent for a badge that is not known. */
  readonly record?: AttendanceRecord | undefined;
  /** How many are inside, where capacity is enforced. */
  readonly inside?: number | null;
}

export interface Setting {
  readonly badge: BadgeReading;
  readonly session: DoorSession | undefined;
  readonly timeZone: string;
  readonly language: ExplainedLanguage;
  readonly occupancy: ScanResult['occupancy'];
  /** The scan that this one contradicts, and the name of the door where it was made. */
  readonly previous: RecordedScan | null;
  readonly previousDoor: string | null;
}

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

export const attendanceOf = (record: AttendanceRecord) => summary(attendanceIn(record));

/** A decided scan as the device hears it. */
export const describeResult = (decided: Decided, setting: Setting): ScanResult => {
  const { scan, record, replayed } = decided;
  const { badge, previous } = setting;
  const attendance = record && attendanceIn(record);
  const facts = factsOf(scan, setting);
  return {
    scanId: scan.scanId,
    outcome: facts.outcome,
    reason: scan.refused,
    detail: explain(facts, setting.language, setting.timeZone),
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

const NOTHING_RECORDED = {
  reason: null,
  replayed: false,
  conflict: null,
  badge: null,
  attendance: null,
  previous: null,
  occupancy: null,
} as const;

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
    ...NOTHING_RECORDED,
    scanId,
    outcome: 'invalid',
    detail: places.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
    ...(first && { pointer: first.pointer }),
  };
};

/** A scan that could not be recorded: for good where no record can take it, else for now. */
export const failedResult = (
  { scanId }: Scan,
  index: number,
  error: unknown,
  language: ExplainedLanguage,
): ScanResult => {
  const outcome = error instanceof RecordTooLargeError ? 'invalid' : 'retry';
  log.error('a scan was not recorded', { scanId, outcome, error: String(error) });
  return {
    ...NOTHING_RECORDED,
    scanId,
    outcome,
    detail: explainFailure(outcome, language),
    ...(outcome === 'invalid' && { pointer: pointer(['scans', index]) }),
  };
};
