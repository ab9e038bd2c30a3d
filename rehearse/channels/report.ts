import type { Breach } from '../breaches.ts';
import { percentilesMs } from '../latencies.ts';
import { breachLines, row, table } from '../text-tables.ts';
import type { Member } from './audience.ts';
import type { DoorsFindings } from './doors.ts';
import type { KilledHost } from './host.ts';
import type { ChannelFindings } from './judge.ts';
import type { Step } from './story.ts';

export interface Course {
  readonly doors: DoorsFindings | undefined;
  /** From the first publication to the last arrival. */
  readonly seconds: number;
  /** CPU time that it took, ms. */
  readonly cpuMs: { readonly host: number; readonly engine: number; readonly receivers: number };
}

export interface Findings extends Course {
  readonly scale: number;
  readonly seed: number;
  readonly members: readonly Member[];
  readonly steps: readonly Step[];
  readonly host: Pick<KilledHost, 'kills' | 'awayMs' | 'memory'>;
  readonly diskMb: number;
  readonly channels: readonly ChannelFindings[];
  readonly breaches: readonly Breach[];
}

/** What was found of each channel, times in ms. */
export const channelRows = (channels: readonly ChannelFindings[]) =>
  channels.map(({ micros, ...counts }) => ({ ...counts, arrivalMs: percentilesMs(micros, 0) }));

/** The same for people: the times are from the moment that an edition may be out to its arrival. */
export const channelTable = (channels: ReturnType<typeof channelRows>): string[] =>
  table([
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
    ...channels.map((each) => [
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
  ]);

/** As it is written to `--json FILE`; times in ms. */
export const reportOf = ({
  scale,
  seed,
  members,
  steps,
  seconds,
  cpuMs,
  doors,
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
    /** For each arrival. */
    cpuMs: {
      host: Math.round((cpuMs.host / arrived) * 10) / 10,
      engine: Math.round((cpuMs.engine / arrived) * 10) / 10,
      receivers: Math.round((cpuMs.receivers / arrived) * 10) / 10,
    },
    kills: host.kills.length,
    awayMs: host.awayMs,
    hostMb: { most: Math.max(0, ...host.memory), last: host.memory.at(-1) ?? 0 },
    diskMb: Math.round(diskMb),
    channels: channelRows(channels),
    doors: doors ?? null,
    breaches,
  };
};
export type ChannelsReport = ReturnType<typeof reportOf>;

const doorsLines = (doors: DoorsFindings | null): string[] =>
  doors === null
    ? []
    : [
        row('check-ins at half of', `${doors.saturation}/s`),
        ...table([
          ['milliseconds', 'p50', 'p90', 'p99', 'max'],
          ...(
            [
              ['alone', doors.aloneMs],
              ['beside', doors.besideMs],
            ] as const
          ).map(([name, { p50, p90, p99, max }]) => [name, p50, p90, p99, max]),
        ]),
        row('p99 beside ÷ alone', doors.ratio),
        '',
      ];

/** The same for people. */
export const renderChannels = (report: ChannelsReport): string =>
  [
    row('announcements', `${report.announcements}, ${report.editions} editions (seed ${report.seed})`),
    row('subscribers', `${report.subscribers} (scale ${report.scale})`),
    row('arrived', `${report.arrived} in ${report.seconds} s, ${report.arrivedPerSecond}/s`),
    row(
      'CPU time for each, ms',
      `host ${report.cpuMs.host}, engine ${report.cpuMs.engine}, receivers ${report.cpuMs.receivers}`,
    ),
    row('host killed', `${report.kills} times, back after ${report.awayMs.join(', ')} ms`),
    row('host memory', `${report.hostMb.most} MB at most, ${report.hostMb.last} MB at the end`),
    row('data folder at the end', `${report.diskMb} MB, without mails`),
    '',
    ...channelTable(report.channels),
    '',
    ...doorsLines(report.doors),
    ...breachLines(report.breaches),
  ].join('\n');
