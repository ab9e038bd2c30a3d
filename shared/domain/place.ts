import { aligned } from './archive.ts';
import { foldAttendance } from './attendance.ts';
import { SYSTEM_DEVICE, scanIdOfName } from './derived-scan-id.ts';
import { type AttendanceRecord, effectiveScans, type RecordedScan } from './scan.ts';

/** One badge's record in a session that counts as a place, with all its scans. */
export interface PlaceRecord {
  readonly sessionId: string;
  readonly record: AttendanceRecord;
}

/** A scan to be written into a record: a new system exit, or one that is annulled with its cause. */
export interface PlaceChange {
  readonly sessionId: string;
  readonly scan: RecordedScan;
}

/**
 * One place at a time: an entry to one place closes every other place of the badge at that time; of live scans, in the
 * order in which they were decided, so that the place is the last one answered whatever the clocks say. What is to be
 * written so that the records say so; nothing once they do. A function of the records as sets of scans, so
 * it ends the same whatever arrived first. Only exits of someone who is inside are added: one that would not
 * count changes nothing, and is added once it would.
 */
export const placeChanges = (places: readonly PlaceRecord[]): PlaceChange[] =>
  places.flatMap((place) => {
    const others = places.filter(({ sessionId }) => sessionId !== place.sessionId);
    const known = new Map(place.record.scans.map((scan) => [scan.scanId, scan]));
    const changes: RecordedScan[] = [];
    for (const other of others) {
      for (const cause of other.record.scans) {
        const exit = known.get(exitId(cause, other.sessionId, place));
        if (!cause.annulled || !exit || exit.annulled) continue;
        const annulled = {
          ...cause.annulled,
          deviceId: SYSTEM_DEVICE,
          reason: `no entry to ${other.sessionId}`,
        };
        changes.push({ ...exit, annulled });
      }
    }
    for (const change of changes) known.set(change.scanId, change);
    const exits = others.flatMap((other) =>
      entriesOf(other.record).map((entry) => exitFor(entry, other.sessionId, place)),
    );
    const missing = exits.filter(({ scanId }) => !known.has(scanId));
    for (const exit of exits) {
      const made = known.get(exit.scanId);
      if (!made || made.annulled || made.scannedAt === exit.scannedAt) continue;
      changes.push(exit);
      known.set(exit.scanId, exit);
    }
    const counted = new Set(foldAttendance([...known.values(), ...missing]).counted);
    changes.push(...missing.filter((exit) => counted.has(exit)));
    return changes.map((scan) => ({ sessionId: place.sessionId, scan }));
  });

const entriesOf = ({ scans }: AttendanceRecord): RecordedScan[] =>
  effectiveScans(scans).filter(({ direction }) => direction === 'entry');

/**
 * When an entry elsewhere ends a stay: at its own time. Clocks at two doors may say otherwise than the order in which
 * both were decided: then after what was decided before it here, and before what was decided later.
 */
const timeOfExit = ({ decidedAt, scannedAt }: RecordedScan, here: readonly RecordedScan[]): number => {
  if (decidedAt === undefined) return scannedAt;
  let [earliest, latest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const scan of here) {
    if (scan.decidedAt === undefined || scan.decidedAt === decidedAt) continue;
    if (scan.decidedAt < decidedAt) earliest = Math.max(earliest, scan.scannedAt + 1);
    else latest = Math.min(latest, scan.scannedAt - 1);
  }
  return Math.max(Math.min(scannedAt, latest), earliest);
};

/** Names both places: devices may use an id again elsewhere. */
const exitId = ({ scanId }: RecordedScan, entered: string, { sessionId }: PlaceRecord): string =>
  scanIdOfName(`${scanId} ${entered} ${sessionId}`);

/** Sorts after whatever begins like it. */
const LAST = '~';

/**
 * Beside its cause, so that scans of one millisecond and what follows from them have one order in every record. Two
 * entries with one id are in the order of their places.
 */
const besideCause = (causeId: string, entered: string, left: string): string => {
  if (entered > left) return causeId + LAST;
  const lastDigit = causeId.charCodeAt(causeId.length - 1);
  return causeId.slice(0, -1) + String.fromCharCode(lastDigit - 1) + LAST;
};

const exitFor = (entry: RecordedScan, entered: string, here: PlaceRecord): RecordedScan => ({
  scanId: exitId(entry, entered, here),
  direction: 'exit',
  scannedAt: timeOfExit(entry, effectiveScans(here.record.scans)),
  deviceId: SYSTEM_DEVICE,
  refused: null,
  conflict: null,
  system: `entered ${entered}`,
  sortsAs: besideCause(entry.scanId, entered, here.sessionId),
});

/**
 * Whether a change of a record can call for other places to be closed or opened: an entry has come to count, or a
 * scan counts no more. A refusal or another exit never does.
 */
export const mayMovePlaces = (
  before: AttendanceRecord | undefined,
  after: AttendanceRecord | undefined,
): boolean => {
  const [old, now] = aligned(before, after).map((record) => effectiveScans(record?.scans ?? []));
  const oldIds = new Set(old?.map(({ scanId }) => scanId));
  const nowIds = new Set(now?.map(({ scanId }) => scanId));
  return (
    now?.some(({ scanId, direction }) => direction === 'entry' && !oldIds.has(scanId)) === true ||
    old?.some(({ scanId }) => !nowIds.has(scanId)) === true
  );
};
