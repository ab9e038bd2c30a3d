import type { Breach } from '../breaches.ts';
import { percentilesMs } from '../latencies.ts';
import { breachLines, row, table } from '../text-tables.ts';
import type { Member } from './audience.ts';
import type { KilledHost } from './host.ts';
import type { ChannelFindings } from './judge.ts';
import type { Step } from './story.ts';

export interface Findings {
  readonly scale: number;
  readonly seed: number;
  readonly members: readonly Member[];
  readonly steps: readonly Step[];
  /** From the first publication to the last arrival. */
  readonly seconds: number;
  readonly host: Pick<KilledHost, 'kills' | 'awayMs' | 'memory'>;
  readonly diskMb: number;
  readonly channels: readonly ChannelFindings[];
  readonly breaches: readonly Breach[];
}

/** As it is written to `--json FILE`; times in ms. */
export const reportOf = ({
  scale,
  seed,
  members,
  steps,
  seconds,
  host,
  diskMb,
  channels,
  breaches,
}: Findings) => {
  const arrived = channels.reduce((sum, each) => sum + each.arrived, 0);
  return {
    ok: breaches.length === 0,
    scale,
    seed,
    announcements: new Set(steps.map(({ story }) => story)).size,
    editions: steps.length,
    subscribers: members.length,
    seconds: Math.round(seconds * 10) / 10,
    arrived,
    arrivedPerSecond: Math.round(arrived / seconds),
    kills: host.kills.length,
    awayMs: host.awayMs,
    hostMb: { most: Math.max(0, ...host.memory), last: host.memory.at(-1) ?? 0 },
    diskMb: Math.round(diskMb),
    channels: channels.map(({ micros, ...counts }) => ({ ...counts, arrivalMs: percentilesMs(micros, 0) })),
    breaches,
  };
};
export type ChannelsReport = ReturnType<typeof reportOf>;

/** The same for people. */
export const renderChannels = (report: ChannelsReport): string =>
  [
    row('announcements', `${report.announcements}, ${report.editions} editions (seed ${report.seed})`),
    row('subscribers', `${report.subscribers} (scale ${report.scale})`),
    row('arrived', `${report.arrived} in ${report.seconds} s, ${report.arrivedPerSecond}/s`),
    row('host killed', `${report.kills} times, back after ${report.awayMs.join(', ')} ms`),
    row('host memory', `${report.hostMb.most} MB at most, ${report.hostMb.last} MB at the end`),
    row('data folder at the end', `${report.diskMb} MB, without mails`),
    '',
    ...table([
      [
        'channel',
        'members',
        'wanted',
        'arrived',
        'overtaken',
        'again by kill',
        'out of order',
        'p50 ms',
        'p99 ms',
        'max ms',
      ],
      ...report.channels.map((each) => [
        each.channel,
        each.members,
        each.wanted,
        each.arrived,
        each.overtaken,
        each.repeatedByKill,
        each.outOfOrder,
        each.arrivalMs.p50,
        each.arrivalMs.p99,
        each.arrivalMs.max,
      ]),
    ]),
    '',
    ...breachLines(report.breaches),
  ].join('\n');
