import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { DoorsHost } from '../../bench/conference.ts';
import type { Percentiles } from '../latencies.ts';

export interface DoorsFindings {
  /** Check-ins a second with nothing beside them; half of it is asked for in both measurements. */
  readonly saturation: number;
  readonly aloneMs: Percentiles;
  readonly besideMs: Percentiles;
  /** p99 beside announcements ÷ p99 alone. */
  readonly ratio: number;
}

const measured = z.object({
  saturation: z.number(),
  answerMs: z.object({
    count: z.number(),
    p50: z.number(),
    p90: z.number(),
    p99: z.number(),
    max: z.number(),
  }),
});

/**
 * Check-ins of an event of its own, at half of what the host takes: alone, and then beside what goes on. In a thread,
 * so that the receivers in this process hold up no measurement.
 * @returns resolves when the doors alone are measured
 */
export const measureDoors = async (host: DoorsHost) => {
  const thread = new Worker(new URL('./doors-thread.ts', import.meta.url), { workerData: { ...host } });
  const next = async () => measured.parse((await once(thread, 'message'))[0]);
  const alone = await next();
  return {
    beside: async (): Promise<DoorsFindings> => {
      thread.postMessage('beside');
      const { answerMs } = await next();
      return {
        saturation: Math.round(alone.saturation),
        aloneMs: alone.answerMs,
        besideMs: answerMs,
        ratio: Math.round((answerMs.p99 / alone.answerMs.p99) * 100) / 100,
      };
    },
    stop: async (): Promise<void> => {
      await thread.terminate();
    },
  };
};
export type MeasuredDoors = Awaited<ReturnType<typeof measureDoors>>;
