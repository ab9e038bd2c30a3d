import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, runUntilReady } from '../host-process.ts';
import { cpuMs, findBelow, residentMb } from '../processes.ts';

/** A host in a process of its own, which can be killed and goes on with the same folder and port. */
export interface KilledHost {
  /** When it was killed, ms since 1970. */
  readonly kills: readonly number[];
  /** From the kill to the next "ready", ms. */
  readonly awayMs: readonly number[];
  /** Resident memory, MB: one sample a second. */
  readonly memory: readonly number[];
  /** CPU time used so far in ms, to the second, by all lives of the host and of its engine. */
  cpu(): { readonly host: number; readonly engine: number };
  rssMb(): number;
  killAndStart(): Promise<void>;
  stop(): Promise<void>;
}

const SAMPLE_MS = 1_000;
const DARK_MS = 200;

export const killedHost = async (data: string): Promise<KilledHost> => {
  const start = (port: string): Promise<HostProcess> =>
    runUntilReady('local/main.ts', ['--data', data, '--port', port]);
  let running = await start('0');
  const { port } = new URL(running.baseUrl);
  const kills: number[] = [];
  const awayMs: number[] = [];
  const memory: number[] = [];
  const rssMb = () => residentMb(running.pid);
  const past = { host: 0, engine: 0 };
  let present = past;
  let enginePid = findBelow(running.pid, join(data, 'dynamodb.sqlite'));
  const sample = () => {
    const mb = rssMb();
    // Dead, and not started again.
    if (mb === 0) return;
    memory.push(mb);
    enginePid ??= findBelow(running.pid, join(data, 'dynamodb.sqlite'));
    present = { host: cpuMs(running.pid), engine: enginePid === undefined ? 0 : cpuMs(enginePid) };
  };
  const sampling = setInterval(sample, SAMPLE_MS);
  return {
    kills,
    awayMs,
    memory,
    rssMb,
    cpu: () => ({ host: past.host + present.host, engine: past.engine + present.engine }),
    killAndStart: async () => {
      const at = Date.now();
      sample();
      kills.push(at);
      await running.kill();
      past.host += present.host;
      past.engine += present.engine;
      present = { host: 0, engine: 0 };
      enginePid = undefined;
      await sleep(DARK_MS);
      running = await start(port);
      awayMs.push(Date.now() - at);
    },
    stop: async () => {
      clearInterval(sampling);
      await running.stop();
    },
  };
};
