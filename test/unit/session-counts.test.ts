import { expect, test } from 'vitest';
import { peakOf, timelineOf } from '../../functions/attendance/session-counts.ts';
import { addMinute, type Minute, minuteTally } from '../../shared/domain/tally.ts';

const MINUTE_MS = 60_000;
const NINE = Date.UTC(2023, 6, 4, 9);

const visit = (number: number, from: number, until: number) => {
  const scan = (direction: 'entry' | 'exit', minute: number) => ({
    scanId: `00000000-0000-4000-8000-0000000000${number}${direction === 'entry' ? 0 : 1}`,
    direction,
    scannedAt: NINE + minute * MINUTE_MS,
    deviceId: 'door-1',
    refused: null,
    conflict: null,
  });
  return {
    badgeId: `B-${number}`,
    category: 'delegate',
    country: null,
    reentry: 'after-exit' as const,
    changes: 2,
    scans: [scan('entry', from), scan('exit', until)],
  };
};

// Two people who were never there together were a peak of two when the first one's scans came late.
test('the peak is the highest minute, whatever the order in which scans arrive', () => {
  const visits = [visit(1, 0, 10), visit(2, 20, 30), visit(3, 25, 40)];
  for (const order of [visits, visits.toReversed()]) {
    const minutes = new Map<number, Minute>();
    for (const record of order) {
      for (const [minute, change] of minuteTally(record)) addMinute(minutes, minute, change);
    }
    expect(peakOf(timelineOf(minutes))).toEqual({ peak: 2, peakAt: '2023-07-04T09:25:00.000Z' });
  }
});

test('a session that nobody entered has no peak', () => {
  expect(peakOf([])).toEqual({ peak: 0, peakAt: null });
});
