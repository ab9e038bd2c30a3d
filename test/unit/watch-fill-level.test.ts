import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_THRESHOLDS, fillLevel } from '../../shared/domain/fill-level.ts';

/** Goes through levels of a room of 100, as per cent. @returns what was told at each */
const told = (levels: readonly number[], thresholds = DEFAULT_THRESHOLDS) => {
  let fired: readonly number[] = [];
  return levels.map((inside) => {
    const level = fillLevel(fired, thresholds, { inside, capacity: 100 });
    fired = level.fired;
    return level.crossed;
  });
};

describe('when a room fills up, the people who run the conference', () => {
  test('are told at 80, 95 and 100 %', () => {
    expect(told([79, 80, 94, 95, 99, 100, 120])).toEqual([[], [80], [], [95], [], [100], []]);
  });

  test('are told of each threshold when a crowd crosses several at once', () => {
    expect(told([10, 100])).toEqual([[], [80, 95, 100]]);
  });

  test('are not told again and again while people come and go around the limit', () => {
    expect(told([80, 79, 80, 76, 81])).toEqual([[80], [], [], [], []]);
  });

  test('are told again when it had really emptied: five points below', () => {
    expect(told([80, 75, 79, 80])).toEqual([[80], [], [], [80]]);
    expect(told([100, 90, 95, 100])).toEqual([[80, 95, 100], [], [95], [100]]);
  });

  test('are told at the session’s own thresholds, also when these change', () => {
    expect(told([49, 50, 100], [50])).toEqual([[], [50], []]);
    expect(fillLevel([80], [50], { inside: 85, capacity: 100 })).toEqual({ fired: [50], crossed: [50] });
    expect(fillLevel([80], [], { inside: 85, capacity: 100 })).toEqual({ fired: [], crossed: [] });
  });

  test('never hear of a threshold twice without a fall of five points in between', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(130), { maxLength: 80 }), (levels) => {
        const crossings = told(levels);
        for (const threshold of DEFAULT_THRESHOLDS) {
          const times = crossings.flatMap((crossed, index) => (crossed.includes(threshold) ? [index] : []));
          for (const [index, time] of times.entries()) {
            const previous = times[index - 1];
            if (previous === undefined) continue;
            expect(Math.min(...levels.slice(previous, time))).toBeLessThanOrEqual(threshold - 5);
          }
        }
      }),
    );
  });
});
