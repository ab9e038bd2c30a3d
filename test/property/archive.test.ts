import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../shared/domain/admission.ts';
import { aligned, isBeforeArchive, MOST_HELD, putAside, takeBack } from '../../shared/domain/archive.ts';
import { attendanceIn, foldAttendance, newestScan, SESSION_ENDED } from '../../shared/domain/attendance.ts';
import { withScan } from '../../shared/domain/gate.ts';
import { type AttendanceRecord, type RecordedScan, reentryModes } from '../../shared/domain/scan.ts';
import {
  addMinute,
  difference,
  type Minute,
  minuteDifference,
  minuteTally,
  sum,
  type Tally,
  tally,
} from '../../shared/domain/tally.ts';

const START = Date.UTC(2023, 6, 5, 2);
const MINUTE = 60_000;

/** A record that puts scans aside and takes them back as the store does, and everything that counted its images. */
const longRecord = () => {
  const all = new Map<string, RecordedScan>();
  const away = new Map<string, RecordedScan>();
  let record: AttendanceRecord = { badgeId: 'B-1', category: 'vip', country: 'SG', scans: [], changes: 0 };
  const fields: Tally[] = [];
  const minutes = new Map<number, Minute>();

  const write = (next: AttendanceRecord): void => {
    const [before, after] = aligned(record, { ...next, changes: record.changes + 1 });
    fields.push(difference(tally(after), tally(before)));
    for (const [minute, change] of minuteDifference(minuteTally(after), minuteTally(before)))
      addMinute(minutes, minute, change);
    record = { ...next, changes: record.changes + 1 };
  };

  const whole = (): AttendanceRecord => {
    const held = new Set(record.scans.map(({ scanId }) => scanId));
    const aside = [...away.values()].filter(({ scanId }) => !held.has(scanId));
    return record.archive
      ? {
          ...record,
          scans: [...record.scans, ...aside],
          aside: new Set(aside.map(({ scanId }) => scanId)),
          isWhole: true,
        }
      : record;
  };

  const put = (scan: RecordedScan): void => {
    const same = away.get(scan.scanId);
    const merged = { ...record, ...(same && { aside: new Set([scan.scanId]) }) };
    if (isBeforeArchive(merged, scan)) {
      for (let shift = takeBack(whole(), scan); shift; shift = takeBack(whole(), scan))
        write({ ...record, scans: [...record.scans, ...shift.scans], archive: shift.archive });
    }
    const after = { ...record, scans: withScan(record, scan) };
    const shift = putAside(after, scan);
    for (const each of shift?.scans ?? []) away.set(each.scanId, each);
    const gone = new Set(shift?.scans.map(({ scanId }) => scanId));
    write({
      ...after,
      scans: after.scans.filter(({ scanId }) => !gone.has(scanId)),
      ...(shift && { archive: shift.archive }),
    });
    all.set(scan.scanId, scan);
  };

  return {
    put,
    all: () => [...all.values()],
    record: () => record,
    whole,
    counted: () => ({ fields: sum(fields), minutes: minuteDifference(minutes, new Map()) }),
  };
};

const step = fc.record({
  what: fc.constantFrom('live', 'live', 'live', 'live', 'offline', 'annul', 'refuse', 'system', 'move'),
  scanId: fc.uuid(),
  direction: fc.constantFrom('entry' as const, 'exit' as const),
  /** Minutes before now, of what comes late. */
  late: fc.integer({ min: 0, max: 60 }),
  pick: fc.nat(),
});
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

const scanOf = (
  { what, scanId, direction, late, pick }: Step,
  now: number,
  long: ReturnType<typeof longRecord>,
  reentry: (typeof reentryModes)[number],
): RecordedScan | undefined => {
  const known = long.all();
  const picked = known[pick % Math.max(1, known.length)];
  const plain = { scanId, direction, deviceId: 'd-1', refused: null, conflict: null } as const;
  if (what === 'annul') {
    const annulled = { at: now, deviceId: 'd-2', reason: 'wrong badge' };
    return picked && !picked.annulled ? { ...picked, annulled } : undefined;
  }
  if (what === 'move') return picked?.system ? { ...picked, scannedAt: picked.scannedAt + late } : undefined;
  if (what === 'system') {
    const system = pick % 2 === 0 ? SESSION_ENDED : 'entered elsewhere';
    return { ...plain, direction: 'exit', scannedAt: now - late * MINUTE, system };
  }
  if (what === 'refuse') return { ...plain, scannedAt: now, refused: 'not_entitled' };
  const admittedOffline = what === 'offline';
  const decision = decide(long.record(), {
    scan: {
      scanId,
      direction,
      sessionId: 's',
      scannedAt: now - (admittedOffline ? late * MINUTE : 0),
      admittedOffline,
    },
    door: { deviceId: 'd-1', role: 'scanner', sessions: null },
    standing: () => null,
    reentry,
    full: false,
    now,
    correctionMs: 0,
    earliest: START,
  });
  return decision.scan;
};

it('a long record says and adds to the counts what all its scans say, whatever comes late, is annulled or moved', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 30, maxLength: 120 }),
      fc.constantFrom(...reentryModes),
      (steps, reentry) => {
        const long = longRecord();
        let now = START + 40 * MINUTE;
        for (const each of steps) {
          now += MINUTE / 2;
          const scan = scanOf(each, now, long, reentry);
          if (!scan) continue;
          long.put(scan);
          const [short, full] = [attendanceIn(long.record()), foldAttendance(long.all())];
          expect(short).toMatchObject({
            inside: full.inside,
            entries: full.entries,
            exits: full.exits,
            firstEntryAt: full.firstEntryAt,
          });
          expect(newestScan(long.record())?.scanId).toBe(newestScan({ scans: long.all() })?.scanId);
          expect(short.conflictAt).toBe(full.conflictAt);
        }
        const whole = { ...long.record(), scans: long.all(), isWhole: true } as const;
        expect(new Set(long.whole().scans)).toEqual(new Set(long.all()));
        expect(difference(tally(whole), long.counted().fields)).toEqual({});
        expect(long.counted().minutes).toEqual(minuteDifference(minuteTally(whole), new Map()));
      },
    ),
    { numRuns: 300 },
  );
});

it('live scans never make a record longer than its limit', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
      const long = longRecord();
      let now = START + 40 * MINUTE;
      for (const each of steps) {
        now += 1000;
        const scan = scanOf(
          { ...each, what: each.what === 'refuse' ? 'refuse' : 'live' },
          now,
          long,
          'always',
        );
        if (scan) long.put(scan);
        expect(long.record().scans.length).toBeLessThanOrEqual(MOST_HELD);
      }
      expect(long.record().scans.length).toBe(3);
    }),
    { numRuns: 20 },
  );
});
