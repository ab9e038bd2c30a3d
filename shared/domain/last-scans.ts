import { type AttendanceRecord, type ConflictReason, type RecordedScan, scanOrder } from './scan.ts';
import { outcomeOf } from './scan-facts.ts';

/** One of the last scans of a session, as whoever watches its doors wants to see it. Times are ms since 1970, UTC. */
export interface LastScan {
  readonly scanId: string;
  /** Null where the badge is unknown. */
  readonly badgeId: string | null;
  readonly category: string | null;
  readonly deviceId: string;
  readonly scannedAt: number;
  readonly outcome: 'admitted' | 'left' | 'refused';
  /** Why it was refused, or would have been. */
  readonly reason: ConflictReason | null;
  readonly annulled: boolean;
}

/** A hall's doors for half a minute; a counter's item stays a few KB. */
export const MAX_LAST_SCANS = 20;

export const lastScanOf = (
  scan: RecordedScan,
  badge: { readonly badgeId: string; readonly category: string } | undefined,
): LastScan => ({
  scanId: scan.scanId,
  badgeId: badge?.badgeId || null,
  category: badge?.category || null,
  deviceId: scan.deviceId,
  scannedAt: scan.scannedAt,
  outcome: outcomeOf(scan),
  reason: scan.refused ?? scan.conflict,
  annulled: scan.annulled !== undefined,
});

/** What people did in a change of a record: scans that it did not have, and those that were taken back. */
export const scansOfChange = (
  before: AttendanceRecord | undefined,
  after: AttendanceRecord | undefined,
): LastScan[] => {
  const known = new Map(before?.scans.map((scan) => [scan.scanId, scan]));
  return (after?.scans ?? []).flatMap((scan) => {
    const former = known.get(scan.scanId);
    const isSame = former !== undefined && (former.annulled === undefined) === (scan.annulled === undefined);
    return isSame || scan.system !== undefined ? [] : [lastScanOf(scan, after)];
  });
};

/** The newest of all, newest first, whatever the order in which they come; the later word on a scan holds. */
export const newestScans = (known: readonly LastScan[], further: readonly LastScan[]): LastScan[] => {
  const byId = new Map([...known, ...further].map((scan) => [scan.scanId, scan]));
  return [...byId.values()].sort((a, b) => (scanOrder(a) < scanOrder(b) ? 1 : -1)).slice(0, MAX_LAST_SCANS);
};
