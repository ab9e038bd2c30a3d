import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOfWall, zonedText } from '../../shared/domain/zoned-time.ts';

const MINUTE_MS = 60_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Asia/Shanghai',
  'Africa/Casablanca',
] as const;

const wallOf = (ms: number, zone: string) => Date.parse(`${zonedText(ms, zone).slice(0, 23)}Z`);
const instant = (wall: string, zone: string) =>
  new Date(instantOfWall(Date.parse(`${wall}:00Z`), zone)).toISOString().slice(0, 16);

describe('a time on a wall clock', () => {
  test.each([
    ['2024-10-27T02:30', 'Europe/Berlin', '2024-10-27T00:30'],
    ['2024-11-03T01:30', 'America/New_York', '2024-11-03T05:30'],
    ['2024-04-07T01:45', 'Australia/Lord_Howe', '2024-04-06T14:45'],
  ])('that comes twice is the first: %s in %s', (wall, zone, expected) => {
    expect(instant(wall, zone)).toBe(expected);
  });

  test.each([
    ['2024-03-31T02:30', 'Europe/Berlin', '2024-03-31T01:30'],
    ['2024-03-10T02:30', 'America/New_York', '2024-03-10T07:30'],
    ['2024-10-06T02:15', 'Australia/Lord_Howe', '2024-10-05T15:45'],
  ])('that never comes is as much later as the clocks are put on: %s in %s', (wall, zone, expected) => {
    expect(instant(wall, zone)).toBe(expected);
  });

  const moments = fc.record({
    zone: fc.constantFrom(...ZONES),
    ms: fc
      .integer({ min: Date.UTC(1990, 0) / MINUTE_MS, max: Date.UTC(2035, 0) / MINUTE_MS })
      .map((minute) => minute * MINUTE_MS),
  });

  test('is the first instant that shows it, on any day in any zone', () => {
    fc.assert(
      fc.property(moments, ({ zone, ms }) => {
        const found = instantOfWall(wallOf(ms, zone), zone);
        expect(wallOf(found, zone)).toBe(wallOf(ms, zone));
        expect(found).toBeLessThanOrEqual(ms);
      }),
      { numRuns: 500 },
    );
  });

  test('goes on from hour to hour through every change of the clocks of a year', () => {
    for (const zone of ZONES) {
      const year = Date.UTC(2026, 0, 1);
      const hours = Array.from({ length: 365 * 24 }, (_, hour) => year + hour * 60 * MINUTE_MS);
      const shown = hours.map((wall) => wallOf(instantOfWall(wall, zone), zone) - wall);
      expect(Math.min(...shown)).toBe(0);
      expect(Math.max(...shown)).toBeLessThanOrEqual(60 * MINUTE_MS);
    }
  });
});
