/** One reading of one badge at one session, as it is kept. Times are ms since 1970, UTC. */
export interface RecordedScan {
  readonly scanId: string;
  readonly direction: 'entry' | 'exit';
  /** When the badge was read, as far as clocks can tell; a live scan is later than all that was recorded of it. */
  readonly scannedAt: number;
  readonly deviceId: string;
  /** Why it was refused; null where it was accepted. */
  readonly refused: RefusalReason | null;
  /** The reason that would have refused a scan that was accepted all the same, as first answered. */
  readonly conflict: ConflictReason | null;
  /** The device decided alone and the person is in (or out). */
  readonly admittedOffline?: true;
  /** A supervisor's reason to accept it. */
  readonly override?: string;
  /** Made by the system, not by a device: why. Such an exit counts only for someone who is inside. */
  readonly system?: string;
  /** What stands for its id where scans of one millisecond are put in order: beside the id of the scan that caused it. */
  readonly sortsAs?: string;
  /** The end of the session that such an exit follows from, where it does. */
  readonly endedAt?: number;
  /** How far the device's time was ahead of `scannedAt`, in ms (less than 0: behind), where that was corrected. */
  readonly skewMs?: number;
  /** The server's time when a live scan was decided; one that the device decided alone has none. */
  readonly decidedAt?: number;
  /** The session's rule for entries when this one was decided; absent: `after-exit`. */
  readonly reentry?: Exclude<Reentry, 'after-exit'>;
  readonly annulled?: Annulment;
}

export interface Annulment {
  readonly at: number;
  readonly deviceId: string;
  readonly reason: string;
}

/** All that is known of one badge in one session. */
export interface AttendanceRecord {
  readonly badgeId: string;
  readonly category: string;
  readonly country: string | null;
  readonly scans: readonly RecordedScan[];
  /** How many changes formed it; equal sums of records and counter mean that the counter saw all. */
  readonly changes: number;
  /** Refusals that were ever written into it; further ones stand alone. */
  readonly refusals?: number;
  /** The epoch of the session's gate in which it holds a place. */
  readonly holds?: number;
  /** What the scans come to that a long record has put aside. */
  readonly archive?: Archive;
  /** Which of `scans` are put aside and were read from there. */
  readonly aside?: ReadonlySet<string>;
  /** All that were put aside have been read. */
  readonly isWhole?: true;
}

/** What scans come to that were put aside: each of them that was accepted is older than those that were not. */
export interface Archive {
  /** How many there are. */
  readonly count: number;
  /** Order of the newest that was accepted. */
  readonly until: string;
  readonly inside: boolean;
  readonly entries: number;
  readonly exits: number;
  readonly firstEntryAt: number | null;
  /** When the visit began that lasts, ms; see Visit. */
  readonly from: number | null;
  /** The newest that counts; never one of the system. */
  readonly last: RecordedScan | null;
  /** As endsInConflict: see Attendance. */
  readonly conflictAt: string | null;
  readonly endsInConflict: boolean;
}

/** Why a scan is refused, in the order in which the rules are judged: the first that applies is answered. */
export const refusalReasons = [
  'unknown_session',
  'device_out_of_scope',
  'unknown_badge',
  'forged_badge',
  'wrong_event',
  'revoked_badge',
  'superseded_badge',
  'session_cancelled',
  'too_early',
  'too_late',
  'not_entitled',
  'already_inside',
  'already_admitted',
  'session_full',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why something that was recorded contradicts the rules or other scans. */
export const conflictReasons = [...refusalReasons, 'not_inside', 'inside_elsewhere', 'out_of_event'] as const;
export type ConflictReason = (typeof conflictReasons)[number];

export const reentryModes = ['after-exit', 'never', 'always'] as const;
export type Reentry = (typeof reentryModes)[number];

/** Digits of ms since 1970 until the year 2286. */
const MS_DIGITS = 13;

type Ordered = Pick<RecordedScan, 'scannedAt' | 'scanId' | 'sortsAs'>;

/** Sorts as (scannedAt, scanId), also as a string in the store. */
export const scanOrder = ({ scannedAt, scanId, sortsAs = scanId }: Ordered): string =>
  `${String(scannedAt).padStart(MS_DIGITS, '0')}#${sortsAs}`;

export const byOrder = (a: RecordedScan, b: RecordedScan): number => {
  if (a.scannedAt !== b.scannedAt) return a.scannedAt - b.scannedAt;
  const [before, after] = [a.sortsAs ?? a.scanId, b.sortsAs ?? b.scanId];
  return before < after ? -1 : before > after ? 1 : 0;
};

/** The scans that make the record: accepted, not annulled, in order. */
export const effectiveScans = (scans: readonly RecordedScan[]): RecordedScan[] =>
  scans.filter(({ refused, annulled }) => refused === null && annulled === undefined).sort(byOrder);
