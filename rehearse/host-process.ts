import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 6_000;

const packageJson = z.object({ scripts: z.object({ start: z.string() }) });

/** What `npm start` tells Node: the limits of its memory among them. */
const startFlags = (): string[] => {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { start } = packageJson.parse(JSON.parse(text)).scripts;
  return start.split(' ').filter((word) => word.startsWith('--'));
};

export interface HostProcess {
  readonly pid: number;
  /** As it says itself. */
  readonly baseUrl: string;
  readonly readyMs: number;
  stop(): Promise<void>;
  /** As a power cut does it; resolves when the process is gone. */
  kill(): Promise<void>;
}

interface RunOptions {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The line with the address, which is its first group; by default the one on loopback. */
  readonly says?: RegExp;
}

const READY = /^ready (\S+)$/m;

/** Runs a host until it says its address. @throws with its last words when it does not */
export const runUntilReady = async (
  script: string,
  args: readonly string[],
  { nodeArgs = [], env = {}, says = READY }: RunOptions = {},
): Promise<HostProcess> => {
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
  const baseUrl = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the host is not ready: ${said}`)), START_TIMEOUT_MS);
    const hear = (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-4_000);
      const url = says.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
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
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { pid: child.pid ?? 0, baseUrl, readyMs: performance.now() - startedAt, stop, kill };
};
