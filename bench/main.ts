import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runUntilReady } from '../rehearse/host-process.ts';
import { type BenchHost, startBenchHost } from './bench-host.ts';
import { type BudgetRow, budgetRows, type Findings } from './budgets.ts';
import { bundleSizes, measureModuleLoad } from './bundle.ts';
import { measureCapacityUnits } from './capacity-units.ts';
import { openDoors } from './conference.ts';
import { untilCounted } from './counting.ts';
import { laptopTable, measureLaptop } from './laptop.ts';
import { measureLiveDelay } from './live-delay.ts';
import { describeMachine } from './machine.ts';
import { readOptions } from './options.ts';
import { measurePages, pagesRows, pagesTable } from './pages.ts';
import { measurePlanning, planningTable } from './planning.ts';
import { rawEngine } from './raw-engine.ts';
import { reportText } from './report.ts';
import { compareStored, fill, snapshotLatency } from './scale.ts';
import { measureScan, scanTable } from './scan.ts';
import { rounded } from './statistics.ts';
import { measureThroughput } from './throughput.ts';

interface Sizes {
  readonly stored: number;
  readonly comparisons: number;
  readonly comparedCheckIns: number;
  readonly repetitions: number;
  readonly checkIns: number;
  readonly liveSeconds: number;
  readonly snapshots: number;
  readonly meteredBadges: number;
  readonly moduleLoads: number;
  /** Of each kind, at a phone. */
  readonly scans: number;
}

const FULL: Sizes = {
  stored: 100_000,
  comparisons: 8,
  comparedCheckIns: 500,
  repetitions: 9,
  checkIns: 1_000,
  liveSeconds: 20,
  snapshots: 40,
  meteredBadges: 100,
  moduleLoads: 21,
  scans: 500,
};

const QUICK: Sizes = {
  stored: 4_000,
  comparisons: 2,
  comparedCheckIns: 200,
  repetitions: 3,
  checkIns: 400,
  liveSeconds: 4,
  snapshots: 5,
  meteredBadges: 15,
  moduleLoads: 5,
  scans: 100,
};

const root = fileURLToPath(new URL('..', import.meta.url));

const say = (line: string): void => console.error(line);

/** `npm start` on an empty folder, and again. @returns seconds of both, and the deployment that it synthesized */
const measureStart = async (folder: string) => {
  const data = join(folder, 'start');
  const start = async (): Promise<number> => {
    const main = await runUntilReady('local/main.ts', ['--port', '0', '--data', data]);
    await main.stop();
    return rounded(main.readyMs / 1000, 1);
  };
  return { first: await start(), second: await start(), assembly: join(data, 'assembly') };
};

const measureTests = async (): Promise<number> => {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  return rounded((performance.now() - startedAt) / 60_000, 1);
};

const measure = async (folder: string, sizes: Sizes, options: ReturnType<typeof readOptions>) => {
  const hosts: BenchHost[] = [];
  const start = async (name: string, assembly: string) => {
    const data = join(folder, name);
    const host = await startBenchHost({
      data,
      assembly,
      profile: options.profile && resolve(options.profile),
    });
    hosts.push(host);
    return host;
  };
  const replace = (old: BenchHost, by: BenchHost | undefined) =>
    hosts.splice(hosts.indexOf(old), 1, ...(by ? [by] : []));
  try {
    say('start of the host');
    const { assembly, ...startSeconds } = await measureStart(folder);
    say('bundle and its load');
    const bundle = bundleSizes('check-in');
    const moduleLoad = await measureModuleLoad(folder, sizes.moduleLoads);

    say(`${sizes.stored} check-ins`);
    const filling = await start('large', assembly);
    const largeDoors = await openDoors(filling, options.seed);
    const filled = await fill(filling, largeDoors, sizes.stored);
    const large = await filling.again();
    replace(filling, large);
    const small = await start('small', assembly);
    const smallDoors = await openDoors(small, options.seed);

    say('much stored against little stored');
    const stored = await compareStored(
      { small: { host: small, doors: smallDoors }, large: { host: large, doors: largeDoors } },
      { repetitions: sizes.comparisons, checkIns: sizes.comparedCheckIns },
    );
    await untilCounted(small, stored.sentToEach);
    const snapshots = {
      few: await snapshotLatency(small, sizes.snapshots),
      many: await snapshotLatency(large, sizes.snapshots),
    };
    replace(large, undefined);
    await large.stop();

    say('throughput against the raw engine');
    const raw = await rawEngine(small.engine.client.endpoint);
    const { repetitions, checkIns } = sizes;
    const throughput = await measureThroughput(small, smallDoors, raw, {
      repetitions,
      checkIns,
      counted: stored.sentToEach,
    });
    raw.close();
    say('live messages at half of saturation');
    const perSecond = throughput.onePerSecond.median / 2;
    const live = await measureLiveDelay(small, smallDoors, { perSecond, seconds: sizes.liveSeconds });
    say('capacity units');
    const units = await measureCapacityUnits(small, smallDoors, sizes.meteredBadges);
    if (options.tests) say('npm test');
    const testMinutes = options.tests ? await measureTests() : undefined;
    return {
      startSeconds,
      bundle,
      moduleLoad,
      filled,
      stored,
      snapshots,
      throughput,
      live,
      units,
      testMinutes,
    } satisfies Findings;
  } finally {
    for (const host of hosts) await host.stop();
  }
};

const scanAlone = async (
  folder: string,
  { quick, seed }: ReturnType<typeof readOptions>,
): Promise<string> => {
  const { assembly } = await measureStart(folder);
  const host = await startBenchHost({ data: join(folder, 'scan'), assembly });
  try {
    return scanTable(await measureScan(host, await openDoors(host, seed), quick ? QUICK.scans : FULL.scans));
  } finally {
    await host.stop();
  }
};

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'turnout-bench-'));
const writeReport = (rows: readonly BudgetRow[], more: Readonly<Record<string, unknown>>): void => {
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ ...more, budgets: rows }, null, 2)}\n`);
  if (options.strict && rows.some(({ kept }) => kept === false)) process.exitCode = 1;
};

const pagesAlone = async (): Promise<void> => {
  const { quick, seed, minutes } = options;
  const seconds = minutes * (quick ? 20 : 60);
  const measured = await measurePages({ folder, seed, repetitions: quick ? 1 : 5, seconds, say });
  const rows = pagesRows(measured);
  console.log(pagesTable(rows));
  writeReport(rows, { startedAt: new Date().toISOString(), machine: describeMachine(folder), measured });
};

const everything = async (): Promise<void> => {
  const sizes = options.quick ? QUICK : FULL;
  const startedAt = new Date();
  const machine = describeMachine(folder);
  const findings = await measure(folder, sizes, options);
  const rows = budgetRows(findings);
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  console.log(reportText(machine, { seed: options.seed, ...sizes, seconds }, rows, findings));
  writeReport(rows, {
    startedAt: startedAt.toISOString(),
    seconds,
    seed: options.seed,
    sizes,
    machine,
    measured: findings,
  });
};

try {
  if (options.scan) console.log(await scanAlone(folder, options));
  else if (options.pages) await pagesAlone();
  else if (options.laptop) console.log(laptopTable(await measureLaptop(folder, { ...options, say })));
  else if (options.planning)
    console.log(
      planningTable(await measurePlanning(options.quick ? [1_000, 10_000] : [10_000, 100_000], say)),
    );
  else await everything();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
