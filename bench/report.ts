import type { Percentiles } from '../rehearse/latencies.ts';
import type { BudgetRow, Findings } from './budgets.ts';
import type { Machine } from './machine.ts';
import { spreadText } from './statistics.ts';

export const verdict = (kept: boolean | null): string => (kept === null ? '-' : kept ? 'kept' : 'MISSED');

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
};

const latency = ({ p50, p90, p99, max }: Percentiles): string =>
  `p50 ${p50} p90 ${p90} p99 ${p99} max ${max} ms`;

const others = ({ throughput, filled, snapshots, live, moduleLoad }: Findings): [string, string][] => {
  const { one, raw } = throughput.cpuMs;
  return [
    ['raw updates/s', spreadText(throughput.rawPerSecond)],
    ['check-ins/s, 1 scan a request', spreadText(throughput.onePerSecond)],
    ['check-ins/s, 25 scans a request', spreadText(throughput.manyPerSecond)],
    ['answer, 1 scan, 32 in flight', latency(throughput.oneLatencyMs)],
    ['answer, 1 scan, one in flight', latency(throughput.aloneLatencyMs)],
    ['answer, 25 scans, 32 in flight', latency(throughput.manyLatencyMs)],
    ['answer at half of saturation', latency(live.answerMs)],
    ['answered scan -> live message', `${latency(live.delayMs)}, ${live.messagesPerSecond} messages/s`],
    ['CPU a raw update', `SDK ${raw.load} ms, engine ${raw.engine} ms`],
    ['CPU a check-in, 1 scan', `host ${one.host} ms, engine ${one.engine} ms, load ${one.load} ms`],
    [
      'CPU a check-in, 25 scans',
      `host ${throughput.cpuMs.many.host} ms, engine ${throughput.cpuMs.many.engine} ms`,
    ],
    [
      `one session, ${filled.oneSession.inside} inside`,
      `${filled.oneSession.perSecond} check-ins/s, ${latency(filled.oneSession)}, ${filled.oneSession.counterWritesPerCheckIn} counter writes each (16 keys)`,
    ],
    [
      '60 sessions at once',
      `${filled.sixtySessions.perSecond} check-ins/s, ${latency(filled.sixtySessions)}, counted ${filled.sixtySessions.drainSeconds} s later, ${filled.sixtySessions.counterWritesPerCheckIn} counter writes each`,
    ],
    ['counts of all sessions, little stored', latency(snapshots.few.allSessionsMs)],
    [`counts of all sessions, ${filled.checkIns} stored`, latency(snapshots.many.allSessionsMs)],
    [`counts of one session, ${filled.oneSession.inside} inside`, latency(snapshots.many.oneSessionMs)],
    ['engine memory', `${filled.memory.engineMb} MB`],
    ['module load', `check-in ${spreadText(moduleLoad.oursMs)} ms, bare ${spreadText(moduleLoad.bareMs)} ms`],
  ];
};

/** The report for people: budgets, then what else was measured. */
export const reportText = (
  machine: Machine,
  settings: Readonly<Record<string, unknown>>,
  rows: readonly BudgetRow[],
  findings: Findings,
): string =>
  [
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' ') : value}`)
      .join('\n'),
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    table(
      ['what', 'budget', 'measured', ''],
      rows.map(({ what, budget, figure, kept }) => [what, budget, figure, verdict(kept)]),
    ),
    table(['also measured', ''], others(findings)),
  ].join('\n\n');
