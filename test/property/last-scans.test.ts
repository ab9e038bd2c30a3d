import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_LAST_SCANS, newestScans, scansOfChange } from '../../shared/domain/last-scans.ts';
import { lastScansFromText, lastScansText } from '../../shared/store/counts/last-scans.ts';

const scans = fc.uniqueArray(
  fc.record({
    scanId: fc.uuid(),
    badgeId: fc.option(fc.constantFrom('B-1', 'B-2')),
    category: fc.option(fc.constant('press')),
    deviceId: fc.constant('door'),
    scannedAt: fc.integer({ min: 0, max: 10 }),
    outcome: fc.constantFrom('admitted' as const, 'left' as const, 'refused' as const),
    reason: fc.option(fc.constantFrom('too_early' as const, 'not_inside' as const)),
    annulled: fc.boolean(),
  }),
  { selector: ({ scanId }) => scanId, maxLength: 60 },
);

// Phones that were offline send late: what stands on top must not depend on it, nor on how counting was cut in batches.
test('the newest scans are the same however they come in', () => {
  fc.assert(
    fc.property(
      scans,
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      fc.integer(),
      (all, sizes, seed) => {
        const shuffled = all.toSorted((a, b) => ((a.scannedAt + seed) % 7) - ((b.scannedAt + seed) % 7));
        let kept: ReturnType<typeof newestScans> = [];
        for (let start = 0; start < shuffled.length; ) {
          const size = sizes.next().value ?? 1;
          const text = lastScansText(newestScans(kept, shuffled.slice(start, start + size)));
          kept = [...lastScansFromText(text)];
          start += size;
        }
        const wanted = all.toSorted((a, b) => b.scannedAt - a.scannedAt || (a.scanId < b.scanId ? 1 : -1));
        expect(kept).toEqual(wanted.slice(0, MAX_LAST_SCANS));
      },
    ),
  );
});

test('what the system does at the end of a session is no scan of anybody', () => {
  const scan = { direction: 'exit', scannedAt: 1, deviceId: 'd', refused: null, conflict: null } as const;
  const record = {
    badgeId: 'B-1',
    category: 'press',
    country: null,
    changes: 2,
    scans: [
      { ...scan, scanId: 'a' },
      { ...scan, scanId: 'b', system: 'session_end' },
    ],
  };
  expect(scansOfChange(undefined, record).map(({ scanId }) => scanId)).toEqual(['a']);
  expect(scansOfChange(record, record)).toEqual([]);
});
