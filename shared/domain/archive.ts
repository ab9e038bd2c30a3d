import { foldAttendance, NOTHING } from './attendance.ts';
import {
  type Archive,
  type AttendanceRecord,
  byOrder,
  effectiveScans,
  type RecordedScan,
  scanOrder,
} from './scan.ts';

/** A record that holds more puts the oldest aside, so that a further scan costs no more than the first ones. */
export const MOST_HELD = 16;
/** A record that has put scans aside holds as many: a write unit, the archive included. */
const KEPT = 3;
/** Scans that one write puts aside or takes back. */
const AT_ONCE = 25;

/** Scans that leave a record or come back to it, and what those come to that are aside then. */
export interface Shift {
  readonly scans: readonly RecordedScan[];
  readonly archive: Archive;
}

/** Whether an archive can end there: what the end of a session has made of somebody depends on the next real scan. */
const endsWell = (scans: readonly RecordedScan[]): boolean =>
  effectiveScans(scans).at(-1)?.system === undefined;

const isAccepted = ({ refused }: RecordedScan): boolean => refused === null;

/** What older scans come to with these ones after them, which end well. */
const extended = (before: Archive, scans: readonly RecordedScan[]): Archive => {
  const { inside, entries, exits, firstEntryAt, last, visits, conflictAt, endsInConflict } = foldAttendance(
    scans,
    before,
  );
  const newest = scans.filter(isAccepted).at(-1);
  const visit = visits.at(-1);
  return {
    count: before.count + scans.length,
    until: newest ? scanOrder(newest) : before.until,
    inside,
    entries,
    exits,
    firstEntryAt,
    from: visit && visit.until === null ? visit.from : null,
    last,
    conflictAt,
    endsInConflict,
  };
};

/**
 * What a record puts aside when a scan is written into it; null where it has room.
 * @param record with the scan in it
 */
export const putAside = (record: AttendanceRecord, changed: RecordedScan): Shift | null => {
  const { scans, aside, archive } = record;
  const held = scans.filter(({ scanId }) => !aside?.has(scanId)).sort(byOrder);
  if (held.length <= (archive ? KEPT : MOST_HELD)) return null;
  const until = scanOrder(changed);
  let oldest = held.slice(0, Math.min(held.length - KEPT, AT_ONCE)).filter((scan) => scanOrder(scan) < until);
  while (!endsWell(oldest)) oldest = oldest.slice(0, -1);
  return oldest.length === 0 ? null : { scans: oldest, archive: extended(archive ?? NOTHING, oldest) };
};

/** Whether a scan belongs among those that were put aside: they have to be taken back before it is written. */
export const isBeforeArchive = ({ archive, aside }: AttendanceRecord, scan: RecordedScan): boolean =>
  archive !== undefined &&
  (aside?.has(scan.scanId) === true || (isAccepted(scan) && scanOrder(scan) <= archive.until));

/** How many scans that were put aside are newer than a scan. @param record with all that was put aside */
export const newerAside = ({ scans, aside }: AttendanceRecord, scan: RecordedScan): number =>
  scans.filter((each) => aside?.has(each.scanId) && scanOrder(each) > scanOrder(scan)).length;

/**
 * What a record takes back so that a scan can be written into it, the newest first; null where nothing is left to be
 * taken back.
 * @param record with all that was put aside
 */
export const takeBack = (record: AttendanceRecord, changed: RecordedScan): Shift | null => {
  if (!isBeforeArchive(record, changed)) return null;
  const { scans, aside, archive = NOTHING } = record;
  const away = scans.filter(({ scanId }) => aside?.has(scanId)).sort(byOrder);
  const same = away.find(({ scanId }) => scanId === changed.scanId);
  const accepted = away.filter(isAccepted);
  const order = [changed, same]
    .flatMap((scan) => (scan && isAccepted(scan) ? [scanOrder(scan)] : []))
    .sort()[0];
  let stay =
    order === undefined ? accepted.length : accepted.filter((scan) => scanOrder(scan) < order).length;
  stay = Math.max(stay, accepted.length - AT_ONCE);
  while (!endsWell(accepted.slice(0, stay))) stay -= 1;
  const back = new Set([...accepted.slice(stay), ...(same && !isAccepted(same) ? [same] : [])]);
  const staying = extended(NOTHING, accepted.slice(0, stay));
  return back.size === 0
    ? null
    : { scans: [...back], archive: { ...staying, count: archive.count - back.size } };
};

const missingIn = (record: AttendanceRecord, other: AttendanceRecord): RecordedScan[] => {
  const known = new Set(record.scans.map(({ scanId }) => scanId));
  return other.scans.filter(({ scanId }) => !known.has(scanId));
};

const lifted = (record: AttendanceRecord, to: AttendanceRecord): AttendanceRecord => {
  const { archive: _, ...rest } = record;
  const scans = [...record.scans, ...missingIn(record, to)];
  return { ...rest, scans, ...(to.archive && { archive: to.archive }) };
};

/**
 * A record before and after a change, so that both hold what either holds: a scan that leaves for the archive has not
 * ceased to count.
 */
export const aligned = (
  before: AttendanceRecord | undefined,
  after: AttendanceRecord | undefined,
): [AttendanceRecord | undefined, AttendanceRecord | undefined] => {
  const [was, is] = [before?.archive?.count ?? 0, after?.archive?.count ?? 0];
  if (!before || !after || was === is) return [before, after];
  return was < is ? [before, lifted(after, before)] : [lifted(before, after), after];
};
