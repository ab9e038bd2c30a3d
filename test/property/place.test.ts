import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/domain/admission.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { mayMovePlaces, placeChanges } from '../../shared/domain/place.ts';
import type { AttendanceRecord, RecordedScan } from '../../shared/domain/scan.ts';

const START = Date.UTC(2023, 6, 5, 2);
const rooms = ['forum-ai', 'forum-lhasa', 'main-forum', 'thematic-forum-1'];

const REUSED = [0, 1, 2, 9, 10, 16].map(
  (number) => `0189242e-8a31-7c4c-9a53-0d6a4b0f3c${number.toString(16).padStart(2, '0')}`,
);

interface Recorded {
  readonly sessionId: string;
  readonly scan: RecordedScan;
}

const aScan: fc.Arbitrary<Recorded> = fc.record({
  sessionId: fc.constantFrom(...rooms),
  scan: fc.record({
    // Now and then a device uses an id again at another session, or counts its ids.
    scanId: fc.oneof({ weight: 3, arbitrary: fc.uuid() }, fc.constantFrom(...REUSED)),
    direction: fc.constantFrom('entry' as const, 'entry' as const, 'exit' as const),
    // Few different times, so that many scans share one.
    scannedAt: fc.integer({ min: START, max: START + 12 }),
    deviceId: fc.constantFrom('d-1', 'd-2', 'd-3'),
    refused: fc.constantFrom(null, null, null, null, 'too_late' as const),
    conflict: fc.constant(null),
  }),
});
const scans = fc.uniqueArray(aScan, {
  maxLength: 12,
  selector: ({ sessionId, scan }) => `${sessionId} ${scan.scanId}`,
});

/** The stored records of one badge. */
const badgeRecords = () => {
  const records = new Map<string, AttendanceRecord>();
  const write = ({ sessionId, scan }: Recorded): boolean => {
    const before = records.get(sessionId);
    const kept = before?.scans.filter(({ scanId }) => scanId !== scan.scanId) ?? [];
    const after: AttendanceRecord = {
      badgeId: 'B-1',
      category: 'delegate',
      country: null,
      scans: [...kept, scan],
      changes: (before?.changes ?? 0) + 1,
    };
    records.set(sessionId, after);
    return mayMovePlaces(before, after);
  };
  const places = () => [...records].map(([sessionId, record]) => ({ sessionId, record }));
  const settle = () => {
    for (const change of placeChanges(places())) write(change);
  };
  /** What anyone can see: who was where, and when. */
  const seen = () =>
    places()
      .map(({ sessionId, record }) => {
        const { visits, entries, inside } = foldAttendance(record.scans);
        return { sessionId, visits, entries, inside };
      })
      .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  return { write, settle, places, seen };
};

const annulledAt = (at: Recorded): Recorded => ({
  ...at,
  scan: { ...at.scan, annulled: { at: START + 99, deviceId: 's-1', reason: 'wrong person' } },
});

const orderOf = ({ sessionId, scan }: Recorded): string => `${scan.scannedAt} ${scan.scanId} ${sessionId}`;

/** Where the newest entry led, unless an exit from there is newer still. */
const lastPlace = (made: readonly Recorded[]): string[] => {
  const accepted = made.filter(({ scan }) => scan.refused === null);
  const ordered = accepted.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const entered = ordered.findLastIndex(({ scan }) => scan.direction === 'entry');
  const { sessionId } = ordered[entered] ?? {};
  const hasLeft = ordered.slice(entered + 1).some((later) => later.sessionId === sessionId);
  return sessionId === undefined || hasLeft ? [] : [sessionId];
};

describe('one place at a time', () => {
  it('shows the same places whatever arrived first, and however often and late the stream is read', () => {
    fc.assert(
      fc.property(scans, fc.array(fc.nat(100)), fc.infiniteStream(fc.nat(1000)), (made, annulments, dice) => {
        const annulled = made.filter((_, index) => (annulments[index] ?? 100) < 15).map(annulledAt);
        const all = [...made, ...annulled];

        const atOnce = badgeRecords();
        for (const each of all) atOnce.write(each);
        atOnce.settle();

        const inPieces = badgeRecords();
        const shuffled = made
          .map((each) => ({ each, weight: dice.next().value }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ each }) => each);
        let pending = false;
        for (const each of [...shuffled, ...annulled]) {
          pending = inPieces.write(each) || pending;
          // Now and then the reader of the stream comes by.
          if (dice.next().value < 400) {
            if (pending) inPieces.settle();
            pending = false;
          }
        }
        if (pending) inPieces.settle();

        expect(inPieces.seen()).toEqual(atOnce.seen());
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves nobody in two rooms, explains every exit of its own and has nothing more to do', () => {
    fc.assert(
      fc.property(scans, (made) => {
        const badge = badgeRecords();
        for (const each of made) badge.write(each);
        badge.settle();
        const places = badge.places();
        const inside = places.filter(({ record }) => foldAttendance(record.scans).inside);
        expect(inside.map(({ sessionId }) => sessionId)).toEqual(lastPlace(made));
        for (const { record } of places) {
          for (const exit of foldAttendance(record.scans).counted.filter(({ system }) => system)) {
            const causes = places.filter(({ sessionId, record: { scans: others } }) =>
              others.some(
                ({ direction, scannedAt, refused }) =>
                  direction === 'entry' &&
                  refused === null &&
                  scannedAt === exit.scannedAt &&
                  exit.system === `entered ${sessionId}`,
              ),
            );
            expect(causes).toHaveLength(1);
          }
        }
        expect(placeChanges(places)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the last place answered, whatever the clocks of the doors say', () => {
    const HOUR = 3_600_000;
    const skews = fc.array(fc.integer({ min: -HOUR, max: HOUR }), { minLength: 4, maxLength: 4 });
    const step = fc.record({
      room: fc.nat(3),
      direction: fc.constantFrom('entry' as const, 'entry' as const, 'exit' as const),
      after: fc.integer({ min: 1, max: 20 * 60_000 }),
      scanId: fc.uuid(),
      seen: fc.boolean(),
    });
    const steps = fc.uniqueArray(step, { minLength: 1, maxLength: 14, selector: ({ scanId }) => scanId });
    fc.assert(
      fc.property(skews, steps, (ahead, walk) => {
        const badge = badgeRecords();
        let now = START;
        let answered: string | null = null;
        for (const { room, direction, after, scanId, seen } of walk) {
          now += after;
          const sessionId = rooms[room] ?? '';
          const record = badge.places().find((each) => each.sessionId === sessionId)?.record;
          const { scan, kind } = decide(record, {
            scan: {
              scanId,
              sessionId,
              direction,
              scannedAt: now + (ahead[room] ?? 0),
              admittedOffline: false,
            },
            door: { deviceId: `d-${room}`, role: 'scanner', sessions: null },
            standing: () => null,
            reentry: 'always',
            full: false,
            now,
            correctionMs: 0,
            earliest: null,
          });
          expect(kind).toBe('record');
          badge.write({ sessionId, scan });
          if (direction === 'entry') answered = sessionId;
          else if (answered === sessionId) answered = null;
          // The reader of the stream comes by now and then.
          if (seen) badge.settle();
        }
        badge.settle();
        const inside = badge.places().filter(({ record }) => foldAttendance(record.scans).inside);
        expect(inside.map(({ sessionId }) => sessionId)).toEqual(answered === null ? [] : [answered]);
        expect(placeChanges(badge.places())).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes at most one exit a visit, so that a record does not grow with every room of the day', () => {
    fc.assert(
      fc.property(scans, (made) => {
        const badge = badgeRecords();
        for (const each of made) badge.write(each);
        badge.settle();
        for (const { record } of badge.places()) {
          const { visits } = foldAttendance(record.scans);
          expect(record.scans.filter(({ system }) => system).length).toBeLessThanOrEqual(visits.length);
        }
      }),
    );
  });
});
