import fc from 'fast-check';
import { expect, test } from 'vitest';
import { warningsOf } from '../../functions/programme/warnings.ts';
import { aSession } from '../engine/doors.ts';

const iso = (hour: number) => new Date(Date.UTC(2023, 6, 4) + hour * 3_600_000).toISOString();

const programme = fc
  .array(
    fc.record({
      room: fc.constantFrom('a', 'b', null),
      start: fc.nat({ max: 12 }),
      hours: fc.integer({ min: 1, max: 6 }),
      cancelled: fc.boolean(),
      isChanged: fc.boolean(),
    }),
    { maxLength: 9 },
  )
  .map((rows) =>
    rows.map(({ room, start, hours, cancelled, isChanged }, index) => ({
      isChanged,
      session: aSession(`s${index}`, {
        roomId: room,
        startsAt: iso(start),
        endsAt: iso(start + hours),
        cancelled,
      }),
    })),
  );

test('an organizer is told of every pair of sessions in one room at one time, once', () => {
  fc.assert(
    fc.property(programme, (rows) => {
      const concerned = rows.flatMap(({ isChanged, session }) =>
        isChanged ? [{ pointer: `/${session.sessionId}`, session }] : [],
      );
      const all = rows.map(({ session }) => session);
      const told = warningsOf(concerned, all).map(({ pointer, detail }) =>
        [pointer.split('/')[1], detail.split(' ')[0]].sort().join(' '),
      );
      const pairs = rows.flatMap(({ session: a, isChanged }, index) =>
        rows.slice(index + 1).flatMap(({ session: b, isChanged: isOtherChanged }) => {
          const together = a.roomId !== null && a.roomId === b.roomId && !a.cancelled && !b.cancelled;
          const meet = together && a.startsAt < b.endsAt && b.startsAt < a.endsAt;
          return meet && (isChanged || isOtherChanged) ? [[a.sessionId, b.sessionId].sort().join(' ')] : [];
        }),
      );
      expect(told.toSorted()).toEqual(pairs.toSorted());
    }),
    { numRuns: 300, seed: 2023 },
  );
});
