import type { bundleSizes, measureModuleLoad } from './bundle.ts';
import type { measureCapacityUnits } from './capacity-units.ts';
import type { measureLiveDelay } from './live-delay.ts';
import type { compareStored, fill, snapshotLatency } from './scale.ts';
import { type Spread, spreadText } from './statistics.ts';
import type { measureThroughput } from './throughput.ts';

export interface Findings {
  readonly startSeconds: { readonly first: number; readonly second: number };
  readonly bundle: ReturnType<typeof bundleSizes>;
  readonly moduleLoad: Awaited<ReturnType<typeof measureModuleLoad>>;
  readonly filled: Awaited<ReturnType<typeof fill>>;
  readonly stored: Awaited<ReturnType<typeof compareStored>>;
  readonly snapshots: {
    readonly few: Awaited<ReturnType<typeof snapshotLatency>>;
    readonly many: Awaited<ReturnType<typeof snapshotLatency>>;
  };
  readonly throughput: Awaited<ReturnType<typeof measureThroughput>>;
  readonly live: Awaited<ReturnType<typeof measureLiveDelay>>;
  readonly units: Awaited<ReturnType<typeof measureCapacityUnits>>;
  /** Absent unless asked for. */
  readonly testMinutes: number | undefined;
}

/** A row of the table; `kept` is null where nothing was measured. */
export interface BudgetRow {
  readonly id: string;
  readonly what: string;
  readonly budget: string;
  readonly figure: string;
  readonly kept: boolean | null;
}

/** Memory that ends within this of where it was after the first third has no upward trend. */
const TREND_TOLERANCE = 1.1;
/** Share of the scans in which what a door knows may be refreshed: the reads are the cache's, not the scan's. */
const REFRESH_SHARE = 0.02;

const atLeast = (ratio: Spread, budget: number) => ratio.median >= budget;
const atMost = (ratio: Spread, budget: number) => ratio.median <= budget;

/** Every budget of the design with what was measured. */
export const budgetRows = ({
  startSeconds,
  bundle,
  moduleLoad,
  filled,
  stored,
  throughput,
  live,
  units,
  testMinutes,
}: Findings): BudgetRow[] => {
  const { memory } = filled;
  const ownMiddySchemas = Math.round((bundle.own + bundle.middy + bundle.zod) * 10) / 10;
  return [
    {
      id: 'capacityUnits',
      what: 'write and read units a check-in, up to 10 scans of a badge',
      budget: '1.0 WRU, 0 RRU',
      figure: `${units.writeUnits.median} WRU (max ${units.writeUnits.max}), ${units.readUnits.median} RRU (${units.readUnits.refreshes} of ${units.scans} refreshed a cache)`,
      kept:
        units.writeUnits.max <= 1 &&
        units.readUnits.median === 0 &&
        units.readUnits.refreshes <= units.scans * REFRESH_SHARE,
    },
    {
      id: 'counterWrites',
      what: 'counter writes a check-in of one key, as fast as the host takes them',
      budget: '<= 0.1',
      figure: String(throughput.counterWritesPerCheckIn),
      kept: throughput.counterWritesPerCheckIn <= 0.1,
    },
    {
      id: 'oneToRaw',
      what: 'check-ins/s, 1 scan a request / raw updates/s',
      budget: '>= 0.6',
      figure: spreadText(throughput.oneToRaw),
      kept: atLeast(throughput.oneToRaw, 0.6),
    },
    {
      id: 'manyToRaw',
      what: 'check-ins/s, 25 scans a request / raw updates/s',
      budget: '>= 0.75',
      figure: spreadText(throughput.manyToRaw),
      kept: atLeast(throughput.manyToRaw, 0.75),
    },
    {
      id: 'cpu',
      what: 'CPU time a check-in, host and engine, 16 in flight',
      budget: '<= 1.8 ms',
      figure: `${spreadText(throughput.cpuOfSixteen)} ms`,
      kept: atMost(throughput.cpuOfSixteen, 1.8),
    },
    {
      id: 'alone',
      what: 'answer of a check-in, one in flight',
      budget: 'p50 <= 2.5 ms',
      figure: `p50 ${throughput.aloneLatencyMs.p50} ms`,
      kept: throughput.aloneLatencyMs.p50 <= 2.5,
    },
    {
      id: 'stored',
      what: `time a check-in at ${filled.checkIns} stored / at ${stored.sentToEach} and fewer`,
      budget: '<= 1.15',
      figure: spreadText(stored.ratio),
      kept: atMost(stored.ratio, 1.15),
    },
    {
      id: 'live',
      what: `answered scan -> live message at ${live.perSecond} check-ins/s`,
      budget: 'p50 <= 250 ms, p99 <= 1 s',
      figure: `p50 ${live.delayMs.p50} ms, p99 ${live.delayMs.p99} ms`,
      kept: live.delayMs.p50 <= 250 && live.delayMs.p99 <= 1000,
    },
    {
      id: 'bundle',
      what: 'check-in bundle, minified',
      budget: '<= 620 kB, SDK <= 520, own + middy + schemas <= 100',
      figure: `${bundle.total} kB, SDK ${bundle.sdk}, own, middy and zod ${ownMiddySchemas} (zod ${bundle.zod}; other libraries ${bundle.otherLibraries})`,
      kept: bundle.total <= 620 && bundle.sdk <= 520 && ownMiddySchemas <= 100,
    },
    {
      id: 'moduleLoad',
      what: 'module load of check-in / bare SDK handler',
      budget: '<= 1.25',
      figure: spreadText(moduleLoad.ratio),
      kept: atMost(moduleLoad.ratio, 1.25),
    },
    {
      id: 'memory',
      what: `host memory through ${filled.checkIns} check-ins`,
      budget: '<= 350 MB RSS, no upward trend',
      figure: `peak ${memory.peakMb} MB, ${memory.earlierMb} -> ${memory.laterMb} MB`,
      kept: memory.peakMb <= 350 && memory.laterMb <= memory.earlierMb * TREND_TOLERANCE,
    },
    {
      id: 'start',
      what: 'npm start to ready on an empty folder, conference loaded',
      budget: '<= 12 s, again <= 4 s',
      figure: `${startSeconds.first} s, again ${startSeconds.second} s`,
      kept: startSeconds.first <= 12 && startSeconds.second <= 4,
    },
    {
      id: 'tests',
      what: 'npm test',
      budget: '<= 6 min on 2 cores',
      figure: testMinutes === undefined ? 'not measured (--tests)' : `${testMinutes} min`,
      kept: testMinutes === undefined ? null : testMinutes <= 6,
    },
  ];
};
