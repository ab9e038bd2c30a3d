import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/domain/admission.ts';
import { type AttendanceRecord, type Reentry, reentryModes } from '../../shared/domain/scan.ts';
import {
  deliveries,
  luck,
  type MadeScan,
  madeScans,
  nextOf,
  seen,
  seenAccepted,
  sessionIds,
} from '../support/arrivals.ts';

const modeOf = new Map<string, Reentry>(reentryModes.map((reentry) => [sessionIds[reentry], reentry]));

/** Decides and records as the door does, one scan after the other. */
const play = (batches: readonly (readonly MadeScan[])[]) => {
  const records = new Map<string, AttendanceRecord>();
  const accepted = new Map<string, boolean>();
  for (const scan of batches.flat()) {
    const key = `${scan.sessionId} ${scan.badgeId}`;
    const reentry = modeOf.get(scan.sessionId) ?? 'after-exit';
    const record = records.get(key);
    const decision = decide(record, {
      scan,
      door: { deviceId: scan.deviceId, role: 'scanner', sessions: null },
      standing: () => null,
      reentry,
      full: false,
      now: scan.scannedAt,
      correctionMs: 0,
      earliest: null,
    });
    if (!accepted.has(scan.scanId)) accepted.set(scan.scanId, decision.scan.refused === null);
    if (decision.kind === 'replay') continue;
    records.set(key, {
      badgeId: scan.badgeId,
      category: 'delegate',
      country: null,
      scans: [...(record?.scans ?? []), decision.scan],
      changes: (record?.changes ?? 0) + 1,
    });
  }
  return { records, accepted };
};

const looksOf = <Look>(
  records: ReadonlyMap<string, AttendanceRecord>,
  look: (record: AttendanceRecord) => Look,
) =>
  Object.fromEntries(
    [...records]
      .map(([key, record]) => [key, look(record)] as const)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('scans of 5 badges at 3 devices, offline and online', () => {
  it('give the same records however uploads are shuffled, repeated and cut into batches', () => {
    fc.assert(
      fc.property(madeScans, luck, luck, (scans, some, other) => {
        const one = play(deliveries(scans, nextOf(some), 'after'));
        const another = play(deliveries(scans, nextOf(other), 'after'));
        expect(looksOf(another.records, seen)).toEqual(looksOf(one.records, seen));
      }),
      { numRuns: 2000 },
    );
  });

  it('give the records that their accepted scans alone make, in whatever order they are told again', () => {
    fc.assert(
      fc.property(madeScans, luck, luck, (scans, some, other) => {
        // Uploads arrive between live scans here, and so decide what is accepted; the set of it decides the rest.
        const first = play(deliveries(scans, nextOf(some), 'anywhere'));
        const times = new Map(
          [...first.records.values()].flatMap((record) =>
            record.scans.map(({ scanId, scannedAt }) => [scanId, scannedAt] as const),
          ),
        );
        const facts = scans
          .filter(({ scanId }) => first.accepted.get(scanId))
          .map((scan) => ({
            ...scan,
            scannedAt: times.get(scan.scanId) ?? scan.scannedAt,
            admittedOffline: true,
          }));
        const retold = play(deliveries(facts, nextOf(other), 'anywhere'));
        expect(looksOf(retold.records, seenAccepted)).toEqual(looksOf(first.records, seenAccepted));
      }),
      { numRuns: 2000 },
    );
  });
});
