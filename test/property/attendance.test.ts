import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Door, decide, type IncomingScan } from '../../shared/domain/admission.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import type { AttendanceRecord, RecordedScan, Reentry } from '../../shared/domain/scan.ts';
import { difference, sum, type Tally, tally } from '../../shared/domain/tally.ts';

const START = Date.UTC(2023, 6, 4, 10);
const reentries: readonly Reentry[] = ['after-exit', 'never', 'always'];
const doors: readonly Door[] = ['d-1', 'd-2', 'd-3'].map((deviceId) => ({
  deviceId,
  role: 'scanner',
  sessions: null,
}));

const anIncomingScan = fc.record({
  scanId: fc.uuid(),
  sessionId: fc.constant('main-forum'),
  direction: fc.constantFrom('entry' as const, 'exit' as const),
  scannedAt: fc.integer({ min: START, max: START + 20 }),
  admittedOffline: fc.constant(true),
});

/** What a record looks like to anyone: everything but the memory of how each scan was first answered. */
const seen = ({ scans }: AttendanceRecord) => {
  const { counted, conflicts, last, ...rest } = foldAttendance(scans);
  return {
    ...rest,
    last: last?.scanId ?? null,
    counted: counted.map(({ scanId }) => scanId),
    conflicts: conflicts.map(({ scan, reason }) => [scan.scanId, reason]),
  };
};

const empty = (): AttendanceRecord => ({
  badgeId: 'B-1',
  category: 'delegate',
  country: 'SG',
  scans: [],
  changes: 0,
});

const put = (record: AttendanceRecord, scan: RecordedScan): AttendanceRecord => ({
  ...record,
  scans: [...record.scans.filter(({ scanId }) => scanId !== scan.scanId), scan],
  changes: record.changes + 1,
});

/** Sends scans one after the other, as the store would record them. */
const play = (scans: readonly IncomingScan[], reentry: Reentry, now = START + 1000): AttendanceRecord =>
  scans.reduce((record, scan, index) => {
    const door = doors[index % doors.length] ?? doors[0];
    if (!door) return record;
    const decision = decide(record.scans.length > 0 ? record : undefined, {
      scan,
      door,
      standing: () => null,
      reentry,
      full: false,
      now,
      correctionMs: 0,
      earliest: null,
    });
    return decision.kind === 'record' ? put(record, decision.scan) : record;
  }, empty());

describe('an attendance record', () => {
  it('is the same whatever the order, the batches and the repetitions of accepted scans (I3)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anIncomingScan, { maxLength: 8, selector: ({ scanId }) => scanId }),
        fc.constantFrom(...reentries),
        fc.infiniteStream(fc.nat()),
        (scans, reentry, dice) => {
          const repeated = [...scans, ...scans.slice(0, 3)];
          const shuffled = repeated
            .map((scan) => ({ scan, weight: dice.next().value }))
            .sort((a, b) => a.weight - b.weight)
            .map(({ scan }) => scan);
          expect(seen(play(shuffled, reentry))).toEqual(seen(play(scans, reentry)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('answers a replay with the first answer and changes nothing (I2)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anIncomingScan, { minLength: 1, maxLength: 8, selector: ({ scanId }) => scanId }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        fc.constantFrom(...reentries),
        (scans, live, reentry) => {
          const sent = scans.map((scan, index) => ({ ...scan, admittedOffline: live[index] ?? true }));
          const record = play(sent, reentry);
          for (const scan of sent) {
            const again = decide(record, {
              scan,
              door: { deviceId: 'd-9', role: 'scanner', sessions: null },
              standing: () => 'revoked_badge',
              reentry,
              full: true,
              correctionMs: 0,
              earliest: null,
              now: START + 90_000,
            });
            const first = record.scans.find(({ scanId }) => scanId === scan.scanId);
            expect(again).toEqual({ kind: 'replay', scan: first });
          }
        },
      ),
    );
  });

  it('admits live entries only from outside, so that a badge is never inside twice (I5)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anIncomingScan, { maxLength: 12, selector: ({ scanId }) => scanId }),
        (scans) => {
          let clock = START;
          const record = play(
            scans.map((scan) => {
              clock += 1000;
              return { ...scan, admittedOffline: false, scannedAt: clock };
            }),
            'after-exit',
            START + 60_000,
          );
          const { entries, exits, inside, visits } = foldAttendance(record.scans);
          const closed = visits.filter(({ until }) => until !== null).length;
          expect(entries).toBe(closed + Number(inside));
          expect(exits).toBeGreaterThanOrEqual(closed);
        },
      ),
    );
  });

  it('never has less than nobody inside and keeps its visits apart', () => {
    fc.assert(
      fc.property(
        fc.array(anIncomingScan, { maxLength: 10 }),
        fc.constantFrom(...reentries),
        (scans, reentry) => {
          const { visits, moves, inside } = foldAttendance(play(scans, reentry).scans);
          expect(moves.reduce((total, { step }) => total + step, 0)).toBe(Number(inside));
          for (const [index, visit] of visits.entries()) {
            expect(visit.until ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(visit.from);
            expect(visit.from).toBeGreaterThanOrEqual(visits[index - 1]?.until ?? 0);
          }
        },
      ),
    );
  });
});

describe('a tally', () => {
  it('summed over the changes of a record is the tally of the record (I4)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anIncomingScan, { maxLength: 8, selector: ({ scanId }) => scanId }),
        fc.constantFrom(...reentries),
        (scans, reentry) => {
          const changes: Tally[] = [];
          let record = empty();
          for (const [index] of scans.entries()) {
            const next = play(scans.slice(0, index + 1), reentry);
            changes.push(difference(tally(next), tally(record)));
            record = next;
          }
          expect(difference(sum(changes), tally(record))).toEqual({});
        },
      ),
    );
  });
});
