import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { withScan } from '../../shared/domain/gate.ts';
import type { AttendanceRecord, RecordedScan } from '../../shared/domain/scan.ts';
import { checkOut, endChange } from '../../shared/domain/session-end.ts';

const MINUTE = 60_000;
const ENDS = Date.UTC(2023, 6, 4, 13);
const end = { sessionId: 'opening-ceremony', endsAt: ENDS, graceMs: 30 * MINUTE };
const AFTER_GRACE = ENDS + 31 * MINUTE;

let made = 0;
const aScan = (
  direction: 'entry' | 'exit',
  minutesToEnd: number,
  more: Partial<RecordedScan> = {},
): RecordedScan => {
  made += 1;
  return {
    scanId: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    direction,
    scannedAt: ENDS + minutesToEnd * MINUTE,
    deviceId: 'd-1',
    refused: null,
    conflict: null,
    ...more,
  };
};
const aRecord = (...scans: RecordedScan[]): AttendanceRecord => ({
  badgeId: 'B-1',
  category: 'delegate',
  country: null,
  scans,
  changes: scans.length,
});
const swept = (record: AttendanceRecord, now = AFTER_GRACE): AttendanceRecord => {
  const scan = checkOut(record, end, now);
  return scan ? { ...record, scans: [...record.scans, scan] } : record;
};

/** A record once nothing is left to write for an end. */
const following = (record: AttendanceRecord, endsAt: number): AttendanceRecord => {
  const now = endsAt + 100 * 60 * MINUTE;
  const change = endChange(record, { ...end, endsAt }, now);
  return change ? following({ ...record, scans: withScan(record, change) }, endsAt) : record;
};

it('a record says what the last end makes of it, whatever ends the session had before', () => {
  const scans = fc.array(
    fc.tuple(fc.constantFrom('entry' as const, 'exit' as const), fc.integer({ min: -300, max: 300 })),
    {
      maxLength: 6,
    },
  );
  const ends = fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(scans, ends, (drawn, minutes) => {
      const record = aRecord(...drawn.map(([direction, at]) => aScan(direction, at)));
      const all = minutes.map((minute) => ENDS + minute * MINUTE);
      const last = all.at(-1) ?? ENDS;
      const { inside, visits } = foldAttendance(all.reduce(following, record).scans);
      const direct = foldAttendance(following(record, last).scans);
      expect({ inside, visits }).toEqual({ inside: direct.inside, visits: direct.visits });
    }),
  );
});

describe('at the end of a session', () => {
  it('whoever is still inside is checked out at the end, by a scan that says so', () => {
    const record = swept(aRecord(aScan('entry', -60)));
    expect(record.scans[1]).toMatchObject({ direction: 'exit', scannedAt: ENDS, system: 'session ended' });
    expect(foldAttendance(record.scans).inside).toBe(false);
  });

  it('people who are leaving slowly are left alone until the grace is over', () => {
    expect(checkOut(aRecord(aScan('entry', -60)), end, ENDS + 29 * MINUTE)).toBeNull();
    expect(checkOut(aRecord(aScan('entry', -60), aScan('exit', -5)), end, AFTER_GRACE)).toBeNull();
  });

  it('a second sweep makes the same scan, so that it changes nothing', () => {
    const record = aRecord(aScan('entry', -60));
    expect(checkOut(record, end, AFTER_GRACE)).toEqual(checkOut(record, end, AFTER_GRACE + 5 * MINUTE));
    expect(checkOut(swept(record), end, AFTER_GRACE)).toBeNull();
  });

  it.each([
    ['before the end', -10],
    ['during the grace', 12],
  ])('a real exit %s that is uploaded late wins over the guess, without a conflict', (_when, minutes) => {
    const record = swept(aRecord(aScan('entry', -60)));
    const exit = aScan('exit', minutes, { admittedOffline: true });
    const { visits, conflicts, exits } = foldAttendance([...record.scans, exit]);
    expect(visits).toEqual([{ from: ENDS - 60 * MINUTE, until: ENDS + minutes * MINUTE }]);
    expect(conflicts).toEqual([]);
    expect(exits).toBe(1);
  });

  it('an entry that is uploaded after the sweep is swept by the next one', () => {
    const early = swept(aRecord());
    const late = swept({ ...early, scans: [aScan('entry', -30, { admittedOffline: true })] });
    expect(foldAttendance(late.scans)).toMatchObject({ inside: false, entries: 1, exits: 1 });
  });

  it('someone who came in after the end is checked out a grace later, not before they came', () => {
    const record = aRecord(aScan('entry', 10));
    expect(checkOut(record, end, ENDS + 35 * MINUTE)).toBeNull();
    expect(checkOut(record, end, ENDS + 41 * MINUTE)).toMatchObject({ scannedAt: ENDS + 40 * MINUTE });
    expect(foldAttendance(swept(record, ENDS + 41 * MINUTE).scans).inside).toBe(false);
  });

  it('a check-out that a supervisor has annulled is not made again', () => {
    const record = swept(aRecord(aScan('entry', -60)));
    const annulled = record.scans.map((scan) =>
      scan.system ? { ...scan, annulled: { at: AFTER_GRACE, deviceId: 's-1', reason: 'is here' } } : scan,
    );
    expect(checkOut({ ...record, scans: annulled }, end, AFTER_GRACE)).toBeNull();
  });

  it('someone who comes back after the sweep is inside again', () => {
    const record = swept(aRecord(aScan('entry', -60)));
    expect(foldAttendance([...record.scans, aScan('entry', 45)])).toMatchObject({ inside: true, entries: 2 });
  });
});
