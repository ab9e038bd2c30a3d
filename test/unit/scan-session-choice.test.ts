import { describe, expect, it } from 'vitest';
import { nextChangeAt, sessionAt, type TimedSession } from '../../web/scan/door/session-choice.ts';

const at = (time: string): number => Date.parse(`2023-07-04T${time}:00.000Z`);

const session = (
  sessionId: string,
  from: string,
  until: string,
  more: Partial<TimedSession> = {},
): TimedSession => ({
  sessionId,
  venueId: 'centre',
  roomId: 'hall-1',
  startsAt: new Date(at(from)).toISOString(),
  endsAt: new Date(at(until)).toISOString(),
  cancelled: false,
  ...more,
});

const sessions = [
  session('late', '13:00', '14:00'),
  session('early', '09:00', '10:00'),
  session('next', '10:30', '12:00'),
  session('dropped', '10:05', '10:25', { cancelled: true }),
  session('elsewhere', '10:00', '11:00', { roomId: 'hall-2' }),
];
const room = { kind: 'room', venueId: 'centre', roomId: 'hall-1' } as const;
const chosen = (direction: 'entry' | 'exit', time: string) =>
  sessionAt(sessions, room, direction, at(time))?.sessionId;

describe('the session of a door by the clock', () => {
  it('is the one that is on', () => {
    expect(chosen('entry', '09:00')).toBe('early');
    expect(chosen('exit', '11:59')).toBe('next');
  });

  it('between two is the next for those who come, the last for those who leave', () => {
    expect(chosen('entry', '10:10')).toBe('next');
    expect(chosen('exit', '10:10')).toBe('early');
  });

  it('before the first and after the last is the nearest', () => {
    expect(chosen('exit', '08:00')).toBe('early');
    expect(chosen('entry', '20:00')).toBe('late');
  });

  it('of two that are on is the one that began last', () => {
    const overlapping = [...sessions, session('inner', '11:00', '11:30')];
    expect(sessionAt(overlapping, room, 'entry', at('11:10'))?.sessionId).toBe('inner');
  });

  it('a chosen session stays, whatever the clock says', () => {
    expect(sessionAt(sessions, { kind: 'session', sessionId: 'late' }, 'entry', at('08:00'))?.sessionId).toBe(
      'late',
    );
    expect(nextChangeAt(sessions, { kind: 'session', sessionId: 'late' }, at('08:00'))).toBeNull();
  });

  it('says when it will change', () => {
    expect(nextChangeAt(sessions, room, at('09:30'))).toBe(at('10:00'));
    expect(nextChangeAt(sessions, room, at('14:00'))).toBeNull();
  });
});
