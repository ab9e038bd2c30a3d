import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCredentials } from '../local/credentials.ts';
import { type Engine, startEngine } from '../local/engine/engine.ts';
import { runUntilReady } from '../rehearse/host-process.ts';
import { cpuMs, findBelow, residentMb } from '../rehearse/processes.ts';

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
