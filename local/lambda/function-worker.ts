import * as z from 'zod';
import { startThread, type Thread } from './threads.ts';

export const workerSettings = z.object({
  file: z.string(),
  export: z.string(),
  name: z.string(),
  memory: z.number(),
  timeoutMs: z.number(),
});
type ThreadSettings = z.infer<typeof workerSettings> & {
  readonly environment: Readonly<Record<string, string>>;
};

export interface FunctionWorker {
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const startFunction = ({ environment, ...workerData }: ThreadSettings): Promise<Thread> =>
  startThread({
    module: new URL('./function-thread.ts', import.meta.url),
    workerData,
    environment,
    heapMb: { old: 128, young: 12 },
    report: () => undefined,
  });

/**
 * Starts a thread with its own environment that loads one function. One that has crashed is replaced when it is next
 * needed.
 * @throws what the bundle throws on loading
 */
export const functionWorker = async (settings: ThreadSettings): Promise<FunctionWorker> => {
  let thread = await startFunction(settings);
  let replacing: Promise<void> | undefined;
  const replace = async (): Promise<void> => {
    thread = await startFunction(settings);
  };
  return {
    invoke: async (event) => {
      if (thread.isGone()) {
        replacing ??= replace().finally(() => {
          replacing = undefined;
        });
        await replacing;
      }
      return thread.ask(event);
    },
    stop: () => thread.stop(),
  };
};
