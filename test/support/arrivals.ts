import fc from 'fast-check';
import type { IncomingScan } from '../../shared/domain/admission.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import type { AttendanceRecord, Reentry } from '../../shared/domain/scan.ts';

/** A scan that a door made, and whether the door could ask the server. */
export interface MadeScan extends IncomingScan {
  readonly badgeId: string;
  readonly deviceId: string;
}

export const START = Date.UTC(2023, 6, 4, 10);
export const SPAN_MS = 40;

const badgeIds = ['B-1', 'B-2', 'B-3', 'B-4', 'B-5'];
export const deviceIds = ['d-1', 'd-2', 'd-3'];
export const sessionIds: Readonly<Record<Reentry, string>> = {
  'after-exit': 'once-inside',
  never: 'once-only',
  always: 'any-time',
};

/** Up to 24 scans of 5 badges at 3 devices in 3 sessions, about half of them offline; many share a millisecond. */
export const madeScans = fc.uniqueArray(
  fc.record({
    scanId: fc.uuid(),
    badgeId: fc.constantFrom(...badgeIds),
    deviceId: fc.constantFrom(...deviceIds),
    sessionId: fc.constantFrom(...Object.values(sessionIds)),
    direction: fc.constantFrom('entry' as const, 'entry' as const, 'exit' as const),
    scannedAt: fc.integer({ min: START, max: START + SPAN_MS }),
    admittedOffline: fc.boolean(),
  }),
  { minLength: 1, maxLength: 24, selector: ({ scanId }) => scanId },
);

/** Random numbers from 0 to 999, as many as are asked for. */
export const luck = fc.infiniteStream(fc.nat(999));
export type Luck = fc.Stream<number>;

export const nextOf = (numbers: Luck) => (): number => {
  const { value } = numbers.next();
  if (value === undefined) throw new Error('an endless stream ended');
  return value;
};

/**
 * Deliveries of one set of scans: live ones in the order in which they were made, offline ones when the device
 * finds the network, everything repeated now and then, in batches of any size of one device each.
 * @param offlineFrom 'anywhere' among the live ones, or only 'after' them
 */
export const deliveries = (
  scans: readonly MadeScan[],
  next: () => number,
  offlineFrom: 'anywhere' | 'after',
): MadeScan[][] => {
  const live = scans.filter(({ admittedOffline }) => !admittedOffline);
  const order = live.toSorted((a, b) => a.scannedAt - b.scannedAt);
  const sent = [...order];
  for (const scan of scans.filter(({ admittedOffline }) => admittedOffline)) {
    const first = offlineFrom === 'after' ? live.length : 0;
    sent.splice(first + (next() % (sent.length - first + 1)), 0, scan);
  }
  for (const scan of scans) {
    if (next() >= 400) continue;
    // A repetition comes after the first sending.
    const first = sent.indexOf(scan) + 1;
    sent.splice(first + (next() % (sent.length - first + 1)), 0, scan);
  }
  const batches: MadeScan[][] = [];
  for (const scan of sent) {
    const batch = batches.at(-1);
    if (batch?.[0]?.deviceId === scan.deviceId && next() < 600) batch.push(scan);
    else batches.push([scan]);
  }
  return batches;
};

/** What a record looks like to anyone: everything but the memory of how each scan was first answered. */
export const seen = ({ scans }: AttendanceRecord) => {
  const { counted, conflicts, last, ...rest } = foldAttendance(scans);
  return {
    ...rest,
    last: last?.scanId ?? null,
    counted: counted.map(({ scanId }) => scanId),
    conflicts: conflicts.map(({ scan, reason }) => `${scan.scanId} ${reason}`),
    refused: scans
      .filter(({ refused }) => refused !== null)
      .map(({ scanId }) => scanId)
      .sort(),
  };
};

/** The same without what was refused: nothing is left of a record that holds refusals only. */
export const seenAccepted = (record: AttendanceRecord) => {
  const { refused: _, ...accepted } = seen(record);
  return accepted.counted.length > 0 ? accepted : undefined;
};
