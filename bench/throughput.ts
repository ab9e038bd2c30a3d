import { latencies, percentilesMs } from '../rehearse/latencies.ts';
import type { BenchHost } from './bench-host.ts';
import { type Doors, HALL } from './conference.ts';
import { openConnections } from './connection.ts';
import { counterWrites, untilCounted } from './counting.ts';
import { DIGITS, sendAll } from './load.ts';
import type { RawEngine } from './raw-engine.ts';
import { rounded, spreadOf } from './statistics.ts';

/** As many requests under way as a busy conference has doors. */
export const IN_FLIGHT = 32;
/** As many as the budget of CPU time is for. */
const SIXTEEN = 16;
const SCANS_PER_BATCH = 25;
/** A batch under way at every door for several turns: with fewer, most of the time is the run's beginning and end. */
const BATCHED_FACTOR = 4;

export interface ThroughputOptions {
  readonly repetitions: number;
  /** Check-ins of each measurement. */
  readonly checkIns: number;
  /** Entries that the host has counted already. */
  readonly counted: number;
}

interface Measured {
  readonly rate: number;
  readonly cpu: { readonly host: number; readonly engine: number; readonly load: number };
}

/** Check-ins a second through the HTTP API against updates a second by the SDK, in turns on one engine and file. */
export const measureThroughput = async (
  host: BenchHost,
  doors: Doors,
  raw: RawEngine,
  { repetitions, checkIns, counted: before }: ThroughputOptions,
) => {
  const connections = await openConnections(host, IN_FLIGHT);
  const writesBefore = await counterWrites(host);
  const latency = { one: latencies(), many: latencies(), alone: latencies() };
  let counted = before;

  const withCpu = async (count: number, work: () => Promise<number>): Promise<Measured> => {
    const start = host.cpu();
    const rate = await work();
    const end = host.cpu();
    const perCheckIn = (part: keyof typeof start) => (end[part] - start[part]) / count;
    return {
      rate,
      cpu: { host: perCheckIn('host'), engine: perCheckIn('engine'), load: perCheckIn('load') },
    };
  };
  const ours = async (
    count: number,
    scansEach: number,
    micros = latencies(),
    inFlight = IN_FLIGHT,
  ): Promise<Measured> => {
    const requests = doors.requests(count, scansEach, () => HALL);
    const measured = await withCpu(count, () => sendAll(connections.slice(0, inFlight), requests, micros));
    counted += count;
    // What is still to be counted must not slow down what is measured next.
    await untilCounted(host, counted);
    return measured;
  };
  const plain = (): Promise<Measured> => {
    const scans = doors.scans(checkIns, () => HALL);
    return withCpu(checkIns, () => raw.run(scans, IN_FLIGHT));
  };

  const runs: { raw: Measured; one: Measured; sixteen: Measured; many: Measured }[] = [];
  for (let run = 0; run < repetitions; run += 1) {
    const first = await plain();
    const one = await ours(checkIns, 1, latency.one);
    const sixteen = await ours(checkIns, 1, undefined, SIXTEEN);
    await ours(checkIns / 4, 1, latency.alone, 1);
    const second = await plain();
    const many = await ours(checkIns * BATCHED_FACTOR, SCANS_PER_BATCH, latency.many);
    const rate = (first.rate + second.rate) / 2;
    runs.push({ raw: { ...second, rate }, one, sixteen, many });
  }
  for (const connection of connections) connection.close();
  const writes = (await counterWrites(host)) - writesBefore;

  const cpuOf = (part: 'raw' | 'one' | 'sixteen' | 'many') => ({
    host: spreadOf(runs.map((run) => run[part].cpu.host)).median,
    engine: spreadOf(runs.map((run) => run[part].cpu.engine)).median,
    load: spreadOf(runs.map((run) => run[part].cpu.load)).median,
  });
  return {
    counted,
    rawPerSecond: spreadOf(
      runs.map(({ raw: { rate } }) => rate),
      0,
    ),
    onePerSecond: spreadOf(
      runs.map(({ one }) => one.rate),
      0,
    ),
    manyPerSecond: spreadOf(
      runs.map(({ many }) => many.rate),
      0,
    ),
    oneToRaw: spreadOf(runs.map(({ raw: { rate }, one }) => one.rate / rate)),
    manyToRaw: spreadOf(runs.map(({ raw: { rate }, many }) => many.rate / rate)),
    oneLatencyMs: percentilesMs(latency.one, DIGITS),
    aloneLatencyMs: percentilesMs(latency.alone, DIGITS),
    manyLatencyMs: percentilesMs(latency.many, DIGITS),
    counterWritesPerCheckIn: rounded(writes / (counted - before), 3),
    /** CPU time a check-in by host and engine together, ms, 16 in flight. */
    cpuOfSixteen: spreadOf(runs.map(({ sixteen: { cpu } }) => cpu.host + cpu.engine)),
    /** CPU time a check-in, ms: by the host, the engine and this process. */
    cpuMs: { raw: cpuOf('raw'), one: cpuOf('one'), sixteen: cpuOf('sixteen'), many: cpuOf('many') },
  };
};
