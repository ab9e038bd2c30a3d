import { build } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import type { Breach } from '../../rehearse/breaches.ts';
import type { Tally } from '../../rehearse/play.ts';
import { type Findings, renderReport, reportOf } from '../../rehearse/report.ts';

const micros = (...values: readonly number[]) => {
  const histogram = build({ highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 });
  for (const value of values) histogram.recordValue(value);
  return histogram;
};

const aTally = (): Tally => ({
  requests: 3,
  answered: 4,
  replays: 1,
  conflicts: 0,
  outcomes: new Map([
    ['refused', 1],
    ['admitted', 3],
  ]),
  reasons: new Map([['already_inside', 1]]),
  answerMicros: micros(1_000, 2_000, 40_000),
  elapsedMs: 2_000,
});

const someFindings = (breaches: readonly Breach[] = []): Findings => ({
  seed: 1,
  speed: 600,
  scans: 3,
  played: aTally(),
  swept: aTally(),
  disconnects: 0,
  sessions: [
    {
      sessionId: 'opening-ceremony',
      title: 'opening-ceremony',
      expected: { inside: 2, attended: 2, entries: 2, exits: 0, refused: 1 },
      drift: breaches.length > 0 ? ['inside 3 (ledger 2)'] : [],
    },
  ],
  verified: { checked: 1, drift: 0, pending: 0 },
  findable: { badges: 2, scans: 3 },
  visibleMicros: micros(),
  liveMicros: micros(),
  liveMessages: 0,
  deliveries: { announcements: 14, underEmbargo: 6, channels: [] },
  breaches,
});

test('a rehearsal without a fault says so, with outcomes and times', () => {
  const report = reportOf(someFindings());
  expect(report).toMatchObject({
    ok: true,
    drift: 0,
    outcomes: { admitted: 3, refused: 1 },
    scansPerSecond: 2,
    answerMs: { count: 3, p50: 2, max: 40 },
    visibleMs: { count: 0, p50: 0, max: 0 },
  });
  expect(renderReport(report)).toContain('Every invariant held.');
});

test('a broken invariant is named by its number, with the session and the numbers that differ', () => {
  const report = reportOf(
    someFindings([{ invariant: 'I4', detail: 'opening-ceremony: inside 3 (ledger 2)' }]),
  );
  expect(report).toMatchObject({ ok: false, drift: 1 });
  const text = renderReport(report);
  expect(text).toContain('BROKEN I4: counts are exact');
  expect(text).toContain('inside 3 (ledger 2)');
});
