import { type BadgeReading, type SessionRules, windowOf } from './admission.ts';
import { attendanceIn } from './attendance.ts';
import type { Facts } from './explain.ts';
import { type AttendanceRecord, type RecordedScan, scanOrder } from './scan.ts';

const NAMES_PREVIOUS = new Set<string | null>(['already_inside', 'already_admitted', 'inside_elsewhere']);

/** The scan that a refused or conflicting one contradicts: the one before it in time, else the newest; or null. */
export const counterpart = (
  record: AttendanceRecord | undefined,
  scan: RecordedScan,
): RecordedScan | null => {
  if (!record || !(NAMES_PREVIOUS.has(scan.refused) || NAMES_PREVIOUS.has(scan.conflict))) return null;
  const { counted, before } = attendanceIn(record);
  const others = counted.filter(({ scanId }) => scanId !== scan.scanId);
  const order = scanOrder(scan);
  return others.findLast((other) => scanOrder(other) < order) ?? others.at(-1) ?? before?.last ?? null;
};

export const outcomeOf = ({
  refused,
  direction,
}: Pick<RecordedScan, 'refused' | 'direction'>): Facts['outcome'] => {
  if (refused !== null) return 'refused';
  return direction === 'entry' ? 'admitted' : 'left';
};

/** What there is to say about a decided scan, see `explain`. */
export const factsOf = (
  scan: RecordedScan,
  {
    previous,
    session,
    badge,
    previousDoor,
  }: {
    readonly previous: RecordedScan | null;
    readonly session: SessionRules | undefined;
    readonly badge: BadgeReading;
    /** Name of the door of `previous`; null where it is not known. */
    readonly previousDoor: string | null;
  },
): Facts => ({
  outcome: outcomeOf(scan),
  reason: scan.refused,
  conflict: scan.conflict,
  previous: previous && { scannedAt: previous.scannedAt, door: previousDoor },
  ...(session ? windowOf(session) : { opensAt: null, closesAt: null }),
  categories: session?.admission.categories ?? null,
  capacity: session?.admission.capacity ?? null,
  deleted: badge.kind === 'known' && badge.deleted === true,
  otherEvent: badge.kind === 'other-event' ? badge.event : null,
});
