import { attendanceIn } from './attendance.ts';
import type { AttendanceRecord, RecordedScan } from './scan.ts';

/** The authority on a session's enforced capacity. A new epoch begins whenever the gate is opened or rebuilt. */
export interface GateState {
  readonly epoch: number;
  /** How many may be inside; null while capacity is not enforced. */
  readonly limit: number | null;
  /** How many records hold a place in this epoch. */
  readonly inside: number;
}

/** What is to be written into a record: a scan, or nothing but whether it holds a place. */
export interface GateMove<Change> {
  /** Null: nothing is written. */
  readonly change: Change | null;
  /** Whether the record holds a place afterwards. */
  readonly holds: boolean;
  /** Membership after minus before. */
  readonly step: number;
}

export const withScan = (record: AttendanceRecord | undefined, scan: RecordedScan): RecordedScan[] => [
  ...(record?.scans ?? []).filter(({ scanId }) => scanId !== scan.scanId),
  scan,
];

const isInside = (record: AttendanceRecord | undefined, scan?: RecordedScan): boolean =>
  attendanceIn({ ...record, scans: scan ? withScan(record, scan) : (record?.scans ?? []) }).inside;

/**
 * What the changes that wait at a gate come to, one after the other: whoever enters while there is no place is asked
 * again, with `full`. `most`: the decisions hold as long as no more than this are inside when they are written.
 */
export const passGate = <Change extends { readonly scan: RecordedScan }>(
  { epoch, limit, inside }: GateState,
  waiting: readonly {
    readonly record: AttendanceRecord | undefined;
    readonly plan: (full: boolean) => Change | null;
  }[],
): { moves: GateMove<Change>[]; most: number } => {
  let now = inside;
  let most = Number.POSITIVE_INFINITY;
  const moves = waiting.map(({ record, plan }): GateMove<Change> => {
    const held = record?.holds === epoch;
    let change = plan(false);
    if (!change) return { change, holds: held, step: 0 };
    if (limit !== null && !isInside(record) && isInside(record, change.scan)) {
      if (now < limit) most = Math.min(most, limit - 1 - (now - inside));
      else change = plan(true);
    }
    const isIn = isInside(record, change?.scan);
    const holds = change ? limit !== null && isIn : held;
    const step = limit === null ? 0 : Number(holds) - Number(held);
    now += step;
    return { change, holds, step };
  });
  return { moves, most };
};
