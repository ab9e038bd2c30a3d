import { expect, test } from 'vitest';
import { readProgramme } from '../../programmes/gdec-2023/programme.ts';
import { shiftProgramme } from '../../programmes/gdec-2023/shift.ts';

const programme = readProgramme();
const timeZone = 'Asia/Shanghai';

test('a newcomer sees the first day today, at the same hours', () => {
  const shifted = shiftProgramme(programme, { today: new Date('2026-11-24T03:00:00.000Z'), timeZone });
  const opening = shifted.sessions.find(({ sessionId }) => sessionId === 'opening-ceremony');
  const closing = shifted.sessions.find(({ sessionId }) => sessionId === 'closing-ceremony');
  expect(opening?.startsAt).toBe('2026-11-24T11:30:00.000Z');
  expect(closing?.startsAt).toBe('2026-11-27T07:00:00.000Z');
  expect(shifted.venues).toEqual(programme.venues);
});

test('today is the day at the conference, not in UTC', () => {
  const shifted = shiftProgramme(programme, { today: new Date('2026-11-24T20:00:00.000Z'), timeZone });
  expect(shifted.sessions[0]?.startsAt).toBe('2026-11-25T00:00:00.000Z');
});

test('on the conference’s own first day nothing moves', () => {
  expect(shiftProgramme(programme, { today: new Date('2023-07-04T01:00:00.000Z'), timeZone })).toEqual(
    programme,
  );
});

test('where clocks change between then and now the hour on the wall stays', () => {
  const berlin = {
    ...programme,
    venues: programme.venues.map((venue) => ({ ...venue, timeZone: 'Europe/Berlin' })),
  };
  const shifted = shiftProgramme(berlin, {
    today: new Date('2026-12-01T12:00:00.000Z'),
    timeZone: 'Europe/Berlin',
  });
  const opening = shifted.sessions.find(({ sessionId }) => sessionId === 'opening-ceremony');
  expect(opening?.startsAt).toBe('2026-12-01T12:30:00.000Z');
});
