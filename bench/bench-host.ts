import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { readCredentials } from '../local/credentials.ts';
import { type Engine, startEngine } from '../local/engine/engine.ts';
import { cpuMs, findBelow, residentMb } from './processes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 6_000;

/** A host in a process of its own, on an engine that the bench may use too. */
export interface BenchHost {
  readonly data: string;
  readonly baseUrl: string;
  readonly port: number;
  readonly organizerToken: string;
  readonly engine: Engine;
  rssMb(): number;
  engineRssMb(): number;
  /** CPU time in ms used so far by the host, the engine and this process. */
  cpu(): { host: number; engine: number; load: number };
  /** Starts the host anew on the same engine and data; this one is gone then. */
  again(): Promise<BenchHost>;
  stop(): Promise<void>;
}

const packageJson = z.object({ scripts: z.object({ start: z.string() }) });

/** What `npm start` tells Node: the limits of its memory among them. */
const startFlags = (): string[] => {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { start } = packageJson.parse(JSON.parse(text)).scripts;
  return start.split(' ').filter((word) => word.startsWith('--'));
};

/** Runs a host until it says ready. @throws with its last words when it does not */
export const runUntilReady = async (
  script: string,
  args: readonly string[],
  { nodeArgs = [], env = {} }: { nodeArgs?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<{ pid: number; readyMs: number; stop(): Promise<void> }> => {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...startFlags(), ...nodeArgs, script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the host is not ready: ${said}`)), START_TIMEOUT_MS);
    const hear = (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-4_000);
      if (!/^ready /m.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    // What a host complains of belongs to the measurement.
    child.stderr.pipe(process.stderr);
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`the host stopped: ${said}`));
    });
  }).catch(async (error: unknown) => {
    if (child.exitCode === null) await stop();
    throw error;
  });
  return { pid: child.pid ?? 0, readyMs: performance.now() - startedAt, stop };
};

export interface BenchHostOptions {
  /** Folder that keeps everything. */
  readonly data: string;
  /** Folder of a synthesized deployment. */
  readonly assembly: string;
  /** Folder for a CPU profile of the host, written when it stops. */
  readonly profile?: string | undefined;
}

/** Starts an engine, which the bench may use too, and a host on it. */
export const startBenchHost = async ({ data, assembly, profile }: BenchHostOptions): Promise<BenchHost> => {
  const report = (line: string) => console.error(line);
  const folder = join(data, 'host');
  mkdirSync(folder, { recursive: true });
  const engine = await startEngine({ data, report, failed: report });
  const enginePid = findBelow(process.pid, engine.file ?? '') ?? 0;

  const begin = async (): Promise<BenchHost> => {
    const main = await runUntilReady('bench/host-main.ts', ['--data', folder, '--assembly', assembly], {
      nodeArgs: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile],
      env: { DYNAMODB_ENDPOINT: engine.client.endpoint },
    });
    const { baseUrl, organizerToken } = readCredentials(join(folder, 'credentials.json'));
    return {
      data: folder,
      baseUrl,
      port: Number(new URL(baseUrl).port),
      organizerToken,
      engine,
      rssMb: () => residentMb(main.pid),
      engineRssMb: () => residentMb(enginePid),
      cpu: () => ({ host: cpuMs(main.pid), engine: cpuMs(enginePid), load: cpuMs(process.pid) }),
      again: async () => {
        await main.stop();
        return begin();
      },
      stop: async () => {
        await main.stop();
        await engine.stop();
      },
    };
  };

  try {
    return await begin();
  } catch (error) {
    await engine.stop();
    throw error;
  }
};
