import type { Attendee } from '../../shared/contract/attendees.ts';
import { badgeCategory } from '../../shared/contract/values.ts';
import { attendanceIn } from '../../shared/domain/attendance.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import type { Holder } from './holders.ts';

const MINUTE_MS = 60_000;

/** Times in ms since 1970. */
export interface Attended extends Omit<Attendee, 'firstEntryAt' | 'lastScanAt' | keyof Holder> {
  readonly firstEntryAt: number | null;
  readonly lastScanAt: number | null;
}

/** What an attendance record says of who attended; undefined for a badge that was only ever refused. */
export const attendedOf = (record: AttendanceRecord, now: number): Attended | undefined => {
  const { inside, entries, exits, firstEntryAt, last, visits } = attendanceIn(record);
  if (!last) return undefined;
  const ms = visits.reduce((sum, { from, until }) => sum + Math.max(0, (until ?? now) - from), 0);
  const category = badgeCategory.safeParse(record.category);
  return {
    badgeId: record.badgeId,
    category: category.success ? category.data : null,
    country: record.country,
    inside,
    entries,
    exits,
    firstEntryAt,
    lastScanAt: last.scannedAt,
    minutesInside: Math.round((ms / MINUTE_MS) * 10) / 10,
  };
};

const textOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const attendeeOf = (
  { firstEntryAt, lastScanAt, ...attended }: Attended,
  holder: Holder,
): Attendee => ({
  ...attended,
  ...holder,
  firstEntryAt: textOf(firstEntryAt),
  lastScanAt: textOf(lastScanAt),
});
