import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, runUntilReady } from '../host-process.ts';
import { residentMb } from '../processes.ts';

/** A host in a process of its own, which can be killed and goes on with the same folder and port. */
export interface KilledHost {
  /** When it was killed, ms since 1970. */
  readonly kills: readonly number[];
  /** From the kill to the next "ready", ms. */
  readonly awayMs: readonly number[];
  /** Resident memory, MB: one sample a second. */
  readonly memory: readonly number[];
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
  const sampling = setInterval(() => memory.push(rssMb()), SAMPLE_MS);
  return {
    kills,
    awayMs,
    memory,
    rssMb,
    killAndStart: async () => {
      const at = Date.now();
      kills.push(at);
      await running.kill();
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
