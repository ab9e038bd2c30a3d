import {
  type Attendance,
  attendanceIn,
  entryObstacle,
  newestScan,
  reentryOf,
  SESSION_ENDED,
} from './attendance.ts';
import { ROOM_BETWEEN_MS, recordedTime } from './clock.ts';
import {
  type AttendanceRecord,
  type ConflictReason,
  type RecordedScan,
  type Reentry,
  type RefusalReason,
  scanOrder,
} from './scan.ts';
import { edgeTime, type WindowEdge } from './window.ts';

export type BadgeReading =
  | {
      readonly kind: 'known';
      readonly badgeId: string;
      readonly category: string;
      readonly country: string | null;
      readonly name: string | null;
      readonly revoked: boolean;
      /** A newer print of this badge had been issued by then. */
      readonly superseded: boolean;
      /** It was superseded because it was deleted. */
      readonly deleted?: boolean | undefined;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forged' }
  | { readonly kind: 'other-event'; readonly event: string };

export interface SessionRules {
  readonly cancelled: boolean;
  /** Needed where a window is relative to them. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly admission: {
    readonly categories: readonly string[] | null;
    readonly reentry: Reentry;
    readonly opensAt: WindowEdge | null;
    readonly closesAt: WindowEdge | null;
    readonly capacity: number | null;
    readonly capacityMode: 'advisory' | 'enforced';
  };
}

export interface Door {
  readonly deviceId: string;
  readonly role: 'scanner' | 'supervisor';
  /** Sessions that the device may serve; null is every session. */
  readonly sessions: readonly string[] | null;
}

/** A scan as a device sends it. */
export interface IncomingScan {
  readonly scanId: string;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  readonly scannedAt: number;
  readonly admittedOffline: boolean;
  readonly override?: { readonly reason: string } | undefined;
}

/** These refuse whatever the device or a supervisor decided: there is nothing to record the scan on. */
export const ABSOLUTE: ReadonlySet<ConflictReason> = new Set([
  'unknown_session',
  'unknown_badge',
  'forged_badge',
  'wrong_event',
]);

/** Rules of entering: they say nothing of an exit. */
const ENTRY_ONLY: ReadonlySet<RefusalReason> = new Set([
  'session_cancelled',
  'too_early',
  'too_late',
  'not_entitled',
]);

/** These are said of an exit but never keep anyone from leaving: `inside` is a matter of safety. */
const SAID_OF_EXITS: ReadonlySet<RefusalReason> = new Set(['revoked_badge', 'superseded_badge']);

/**
 * The first rule that refuses the scan whatever has been recorded of the badge, in the contract's order, or null.
 * Windows are judged at `scannedAt`, ms since 1970.
 */
export const standingReason = (
  scan: Pick<IncomingScan, 'direction' | 'sessionId'> & { scannedAt: number },
  door: Door,
  session: SessionRules | undefined,
  badge: BadgeReading,
): RefusalReason | null => {
  if (!session) return 'unknown_session';
  if (door.sessions && !door.sessions.includes(scan.sessionId)) return 'device_out_of_scope';
  if (badge.kind === 'unknown') return 'unknown_badge';
  if (badge.kind === 'forged') return 'forged_badge';
  if (badge.kind === 'other-event') return 'wrong_event';
  if (badge.revoked) return 'revoked_badge';
  if (badge.superseded) return 'superseded_badge';
  const reason = sessionReason(session, scan.scannedAt, badge.category);
  return reason && scan.direction === 'exit' && ENTRY_ONLY.has(reason) ? null : reason;
};

/** When the doors of a session open and close, ms since 1970; null where they do not. */
export const windowOf = ({ admission, ...times }: SessionRules) => ({
  opensAt: edgeTime(admission.opensAt, times),
  closesAt: edgeTime(admission.closesAt, times),
});

const sessionReason = (session: SessionRules, scannedAt: number, category: string): RefusalReason | null => {
  const { cancelled, admission } = session;
  if (cancelled) return 'session_cancelled';
  const { opensAt, closesAt } = windowOf(session);
  if (opensAt !== null && scannedAt < opensAt) return 'too_early';
  if (closesAt !== null && scannedAt > closesAt) return 'too_late';
  if (admission.categories && !admission.categories.includes(category)) return 'not_entitled';
  return null;
};

/** Whether the scan is recorded even where a rule refuses it. */
export const isFact = (scan: Pick<IncomingScan, 'admittedOffline' | 'override'>, door: Door): boolean =>
  scan.admittedOffline || (scan.override !== undefined && door.role === 'supervisor');

/** What is to be recorded for a scan. */
export type Decision =
  | { readonly kind: 'replay'; readonly scan: RecordedScan }
  | { readonly kind: 'record'; readonly scan: RecordedScan };

export interface Question {
  readonly scan: IncomingScan;
  readonly door: Door;
  /** Why the scan is refused at a time (ms) whatever has been recorded; see standingReason. */
  readonly standing: (recordedAt: number) => RefusalReason | null;
  readonly reentry: Reentry;
  /** Enforced capacity is used up. */
  readonly full: boolean;
  /** The server's time, ms. */
  readonly now: number;
  /** What is added to the device's times, ms; see clockCorrection. */
  readonly correctionMs: number;
  /** No scan of this event can be older (ms); null where nobody knows. */
  readonly earliest: number | null;
}

/**
 * Decides one scan on the state at this moment: the replay first (I2), then the rules in the contract's order.
 * Pure: the caller makes the write conditional on the record that it gave.
 */
export const decide = (record: AttendanceRecord | undefined, question: Question): Decision => {
  const { scan, door, standing, reentry, full, now, earliest } = question;
  const known = record?.scans.find(({ scanId }) => scanId === scan.scanId);
  if (known) {
    const wasLetIn = known.refused !== null && scan.admittedOffline && !ABSOLUTE.has(known.refused);
    return wasLetIn
      ? { kind: 'record', scan: { ...known, refused: null, conflict: known.refused, admittedOffline: true } }
      : { kind: 'replay', scan: known };
  }
  const timed = recordedTimeAfter(record && newestScan(record), question);
  const fact = isFact(scan, door);
  const state = attendanceIn(record ?? { scans: [] });
  const reason =
    standing(timed.scannedAt) ??
    stateReason(state, { ...scan, ...timed }, reentry) ??
    (full && scan.direction === 'entry' ? 'session_full' : null);
  const refused =
    reason === null || reason === 'not_inside' || isRecorded(reason, scan.direction, fact) ? null : reason;
  const outOfEvent = earliest !== null && timed.scannedAt < earliest;
  const kept: RecordedScan = {
    scanId: scan.scanId,
    direction: scan.direction,
    ...timed,
    deviceId: door.deviceId,
    refused,
    conflict: refused !== null ? null : outOfEvent ? 'out_of_event' : reason,
    ...(scan.admittedOffline ? { admittedOffline: true } : { decidedAt: now }),
    ...(scan.override && door.role === 'supervisor' && { override: scan.override.reason }),
    ...(scan.direction === 'entry' && reentry !== 'after-exit' && { reentry }),
  };
  return { kind: 'record', scan: kept };
};

/** Whether a scan is recorded although there is a reason against it. */
const isRecorded = (reason: RefusalReason, direction: 'entry' | 'exit', fact: boolean): boolean =>
  (direction === 'exit' && SAID_OF_EXITS.has(reason)) || (fact && !ABSOLUTE.has(reason));

/**
 * The time of a scan among the others: of a live one later than all that counts, so that the fold says what the door
 * said whatever the clocks say (a hybrid clock); of one that the device decided alone, its own.
 */
const recordedTimeAfter = (
  last: RecordedScan | null | undefined,
  { scan, now, correctionMs }: Question,
): { scannedAt: number; skewMs?: number } => {
  const timed = recordedTime(scan.scannedAt, now, correctionMs);
  if (scan.admittedOffline || !last || scanOrder(last) < scanOrder({ ...timed, scanId: scan.scanId })) {
    return timed;
  }
  const scannedAt = last.scannedAt + ROOM_BETWEEN_MS;
  return { scannedAt, skewMs: scan.scannedAt - scannedAt };
};

/**
 * What the other scans say against this one. A live scan is judged on the state now (I5); one that the device decided
 * alone is judged at its own time: an entry next to another entry contradicts it, whichever came first.
 */
const stateReason = (
  now: Attendance,
  scan: { scanId: string; scannedAt: number; direction: 'entry' | 'exit'; admittedOffline: boolean },
  reentry: Reentry,
): 'already_inside' | 'already_admitted' | 'not_inside' | null => {
  if (!scan.admittedOffline) {
    if (scan.direction === 'exit') return now.inside || isGuessed(now.last) ? null : 'not_inside';
    return entryObstacle({ inside: now.inside, entries: now.entries, reentry });
  }
  const order = scanOrder(scan);
  const before = now.counted.filter((other) => scanOrder(other) < order);
  const last = before.at(-1) ?? now.before?.last;
  const inside = last?.direction === 'entry';
  if (scan.direction === 'exit') return inside || isGuessed(last) ? null : 'not_inside';
  const entries = (now.before?.entries ?? 0) + before.filter(({ direction }) => direction === 'entry').length;
  const obstacle = entryObstacle({ inside, entries, reentry });
  if (obstacle || reentry === 'always') return obstacle;
  const next = now.counted[before.length];
  return next?.direction === 'entry' && reentryOf(next) !== 'always' ? 'already_inside' : null;
};

/** Someone who was checked out at the end of the session and leaves later was inside until now. */
const isGuessed = (last: RecordedScan | null | undefined): boolean => last?.system === SESSION_ENDED;
