import {
  type Archive,
  type AttendanceRecord,
  type ConflictReason,
  effectiveScans,
  type RecordedScan,
  type Reentry,
  scanOrder,
} from './scan.ts';

/** A stay in the room; `until` is null while it lasts. One that began at a time out of the event is not known. */
export interface Visit {
  readonly from: number;
  readonly until: number | null;
}

/** Two scans that contradict each other, or one that the rules would have refused. */
export interface Conflict {
  readonly scan: RecordedScan;
  readonly previous: RecordedScan | null;
  readonly reason: ConflictReason;
}

/** What the set of accepted scans says, whatever the order in which they arrived (I3). */
export interface Attendance {
  readonly inside: boolean;
  readonly entries: number;
  readonly exits: number;
  readonly firstEntryAt: number | null;
  readonly last: RecordedScan | null;
  readonly visits: readonly Visit[];
  readonly conflicts: readonly Conflict[];
  /** Order of the newest conflict that says something new: one exit after the other is told by the first. */
  readonly conflictAt: string | null;
  /** Beginnings and ends of the visits, for the timeline. */
  readonly moves: readonly { readonly at: number; readonly step: 1 | -1 }[];
  /** Accepted scans that count, in order: system exits of someone who was not inside, or outdone, are left out. */
  readonly counted: readonly RecordedScan[];
  /** Whether the last is an exit that contradicts what was before it. */
  readonly endsInConflict: boolean;
  /** What came before, where visits, conflicts, moves and scans are only those that were not put aside. */
  readonly before: Archive | null;
}

/** The `system` of an exit of those who were still inside when their session had ended. */
export const SESSION_ENDED = 'session ended';

/** The end of a session is a guess at when someone left: a real exit that comes next knows better. */
const isOutdone = (ordered: readonly RecordedScan[], index: number): boolean =>
  ordered[index]?.system === SESSION_ENDED &&
  ordered.slice(index + 1).find(({ system }) => system === undefined)?.direction === 'exit';

/** Reasons that follow from the other scans of the record; they are derived, never taken from what was answered. */
const DERIVED: ReadonlySet<string> = new Set(['already_inside', 'already_admitted', 'not_inside']);

/** The scans that count and were not put aside, in order; all that count where `before` is null. */
const scansSince = (scans: readonly RecordedScan[], before: Archive | null): RecordedScan[] => {
  const ordered = effectiveScans(scans);
  return before ? ordered.filter((scan) => scanOrder(scan) > before.until) : ordered;
};

/** What came before the scans of a record: nothing where all of them are at hand. */
const beforeOf = ({ archive, isWhole }: Pick<AttendanceRecord, 'archive' | 'isWhole'>): Archive | null =>
  isWhole ? null : (archive ?? null);

/** What a record says, also one that has put scans aside. */
export const attendanceIn = (record: Pick<AttendanceRecord, 'scans' | 'archive' | 'isWhole'>): Attendance =>
  foldAttendance(record.scans, beforeOf(record));

/** The newest accepted scan that was not annulled, also a system exit that does not count. */
export const newestScan = (
  record: Pick<AttendanceRecord, 'scans' | 'archive' | 'isWhole'>,
): RecordedScan | null => {
  const before = beforeOf(record);
  return scansSince(record.scans, before).at(-1) ?? before?.last ?? null;
};

/**
 * The attendance record as a function of the set of scans, ordered by (scannedAt, scanId).
 * @param before what older scans come to that are not among these
 */
export const foldAttendance = (scans: readonly RecordedScan[], before: Archive | null = null): Attendance => {
  let { inside, entries, exits, firstEntryAt, from, conflictAt, endsInConflict } = before ?? NOTHING;
  let previous = before?.last ?? null;
  const visits: Visit[] = [];
  const conflicts: Conflict[] = [];
  const moves: { at: number; step: 1 | -1 }[] = [];
  const counted: RecordedScan[] = [];

  const ordered = scansSince(scans, before);
  for (const [index, scan] of ordered.entries()) {
    if (scan.system !== undefined && (!inside || isOutdone(ordered, index))) continue;
    const reason = isOutOfEvent(scan)
      ? scan.conflict
      : (derivedConflict(scan, { inside, entries }) ?? factualConflict(scan));
    if (reason) conflicts.push({ scan, previous, reason });
    if (reason && !(endsInConflict && scan.direction === 'exit')) conflictAt = scanOrder(scan);
    endsInConflict = reason !== null && scan.direction === 'exit';
    if (scan.direction === 'entry') {
      entries += 1;
      firstEntryAt ??= scan.scannedAt;
      if (!inside && !isOutOfEvent(scan)) {
        from = scan.scannedAt;
        moves.push({ at: scan.scannedAt, step: 1 });
      }
      inside = true;
    } else {
      exits += 1;
      if (from !== null) {
        visits.push({ from, until: scan.scannedAt });
        moves.push({ at: scan.scannedAt, step: -1 });
      }
      from = null;
      inside = false;
    }
    previous = scan;
    counted.push(scan);
  }
  if (from !== null) visits.push({ from, until: null });
  return {
    inside,
    entries,
    exits,
    firstEntryAt,
    last: previous,
    visits,
    conflicts,
    conflictAt,
    endsInConflict,
    moves,
    counted,
    before,
  };
};

/** What no scans come to. */
export const NOTHING: Archive = {
  count: 0,
  until: '',
  inside: false,
  entries: 0,
  exits: 0,
  firstEntryAt: null,
  from: null,
  last: null,
  conflictAt: null,
  endsInConflict: false,
};

const derivedConflict = (
  scan: RecordedScan,
  state: { inside: boolean; entries: number },
): ConflictReason | null => {
  if (scan.direction === 'exit') return state.inside ? null : 'not_inside';
  return entryObstacle({ ...state, reentry: reentryOf(scan) });
};

/** The rule by which an entry was decided: a rule that is set later makes no conflicts of what it allowed. */
export const reentryOf = ({ reentry }: Pick<RecordedScan, 'reentry'>): Reentry => reentry ?? 'after-exit';

/** Whether its time is none that it can have had: the device's clock was not set. */
export const isOutOfEvent = ({ conflict }: Pick<RecordedScan, 'conflict'>): boolean =>
  conflict === 'out_of_event';

/** Why the state of the record refuses an entry, or null. */
export const entryObstacle = ({
  inside,
  entries,
  reentry,
}: {
  inside: boolean;
  entries: number;
  reentry: Reentry;
}): 'already_inside' | 'already_admitted' | null => {
  if (reentry === 'always') return null;
  if (inside) return 'already_inside';
  return reentry === 'never' && entries > 0 ? 'already_admitted' : null;
};

const factualConflict = ({ conflict }: RecordedScan): ConflictReason | null =>
  conflict !== null && !DERIVED.has(conflict) ? conflict : null;
