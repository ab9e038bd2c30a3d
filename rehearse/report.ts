import type { Histogram } from 'hdr-histogram-js';
import type { Breach } from './breaches.ts';
import { channelRows, channelTable } from './channels/report.ts';
import type { SessionDrift } from './counts.ts';
import type { Findable } from './findable.ts';
import { type Percentiles, percentilesMs } from './latencies.ts';
import type { Deliveries } from './outcomes.ts';
import type { Tally } from './play.ts';
import { breachLines, row, table } from './text-tables.ts';

/** Of a millisecond. */
const DIGITS = 1;

export interface Findings {
  readonly seed: number;
  readonly speed: number;
  readonly scans: number;
  readonly played: Tally;
  /** Every scan once more after the play. */
  readonly swept: Tally;
  readonly disconnects: number;
  readonly sessions: readonly SessionDrift[];
  readonly verified: { readonly checked: number; readonly drift: number; readonly pending: number };
  readonly findable: Findable;
  readonly visibleMicros: Histogram;
  readonly liveMicros: Histogram;
  /** Changes that came by the live channel. */
  readonly liveMessages: number;
  readonly deliveries: Deliveries;
  readonly breaches: readonly Breach[];
}

const sorted = (map: ReadonlyMap<string, number>) =>
  Object.fromEntries([...map].sort(([, a], [, b]) => b - a));

/** The report as it is written to `--json FILE`; times in ms. */
export const reportOf = (findings: Findings) => {
  const { seed, speed, scans, played, swept, sessions, deliveries } = findings;
  return {
    ok: findings.breaches.length === 0,
    seed,
    speed,
    scans,
    requests: played.requests,
    answered: played.answered,
    seconds: Math.round(played.elapsedMs / 100) / 10,
    scansPerSecond: Math.round(played.answered / (played.elapsedMs / 1000)),
    outcomes: sorted(played.outcomes),
    reasons: sorted(played.reasons),
    replays: played.replays,
    conflicts: played.conflicts,
    disconnects: findings.disconnects,
    sentAgainAtTheEnd: { scans: swept.answered, replays: swept.replays },
    found: findings.findable,
    drift: sessions.filter(({ drift }) => drift.length > 0).length,
    sessions: sessions.map(({ sessionId, expected, drift }) => ({
      sessionId,
      inside: expected.inside,
      attended: expected.attended,
      entries: expected.entries,
      exits: expected.exits,
      refused: expected.refused,
      drift,
    })),
    verifiedByHost: findings.verified,
    announcements: {
      published: deliveries.announcements,
      underEmbargo: deliveries.underEmbargo,
      channels: channelRows(deliveries.channels),
    },
    answerMs: percentilesMs(played.answerMicros, DIGITS),
    visibleMs: percentilesMs(findings.visibleMicros, DIGITS),
    liveMessages: findings.liveMessages,
    liveMs: percentilesMs(findings.liveMicros, DIGITS),
    breaches: findings.breaches,
  };
};
export type Report = ReturnType<typeof reportOf>;

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

/** The final table, for people. */
export const renderReport = (report: Report): string => {
  const { found, verifiedByHost, announcements } = report;
  const percentileRow = (name: string, { p50, p90, p99, max }: Percentiles) =>
    [name, p50.toFixed(1), p90.toFixed(1), p99.toFixed(1), max.toFixed(1)] as const;
  return [
    row('scans', `${report.scans} (seed ${report.seed})`),
    row('answered with repeats', `${report.answered} in ${report.requests} requests`),
    row('duration', `${report.seconds} s, ${report.scansPerSecond} scans/s`),
    row('outcomes', countsText(report.outcomes)),
    row('reasons of refusals', countsText(report.reasons)),
    row('replays recognised', report.replays),
    row('conflicts recorded', report.conflicts),
    row('connections lost', report.disconnects),
    row(
      'all scans sent once more',
      `${report.sentAgainAtTheEnd.scans}, ${report.sentAgainAtTheEnd.replays} replays`,
    ),
    row('looked up in badges’ stories', `${found.scans} scans of ${found.badges} badges`),
    row('sessions with drift', `${report.drift} of ${report.sessions.length}`),
    row(
      'checked by the host itself',
      `${verifiedByHost.checked} counters, drift ${verifiedByHost.drift}, pending ${verifiedByHost.pending}`,
    ),
    row('changes on the live screen', report.liveMessages),
    '',
    ...table([
      ['session', 'inside', 'attended', 'entries', 'exits', 'refused', 'drift'],
      ...report.sessions.map(({ sessionId, inside, attended, entries, exits, refused, drift }) => [
        sessionId,
        inside,
        attended,
        entries,
        exits,
        refused,
        drift.length === 0 ? '0' : drift.slice(0, 3).join('; '),
      ]),
    ]),
    '',
    row('announcements', `${announcements.published}, of which ${announcements.underEmbargo} under embargo`),
    ...channelTable(announcements.channels),
    '',
    ...table([
      ['milliseconds', 'p50', 'p90', 'p99', 'max'],
      percentileRow('request → answer', report.answerMs),
      percentileRow('scan answered → in the counts', report.visibleMs),
      percentileRow('scan answered → on the live screen', report.liveMs),
    ]),
    '',
    ...breachLines(report.breaches),
  ].join('\n');
};
