import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export const workerSettings = z.object({
  file: z.string(),
  export: z.string(),
  name: z.string(),
  memory: z.number(),
  timeoutMs: z.number(),
});
export type WorkerSettings = z.infer<typeof workerSettings>;

export const workerRequest = z.object({ id: z.number(), event: z.unknown() });

export const workerAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded') }),
  z.object({ kind: z.literal('result'), id: z.number(), result: z.unknown() }),
  z.object({
    kind: z.literal('error'),
    id: z.number(),
    name: z.string(),
    message: z.string(),
    stack: z.string().optional(),
  }),
]);
export type WorkerAnswer = z.infer<typeof workerAnswer>;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const revive = ({ name, message, stack }: Extract<WorkerAnswer, { kind: 'error' }>): Error => {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
};

export interface FunctionWorker {
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a thread with its own environment that loads one function. @throws what the bundle throws on loading */
export const functionWorker = async (
  settings: WorkerSettings & { environment: Readonly<Record<string, string>> },
): Promise<FunctionWorker> => {
  const { environment, ...workerData } = settings;
  const thread = new Worker(new URL('./function-worker.ts', import.meta.url), {
    workerData,
    env: { ...process.env, ...environment },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const loaded = new Promise<void>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (message: unknown) => {
      const answer = workerAnswer.parse(message);
      if (answer.kind === 'loaded') return resolve();
      const waiter = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.kind === 'result') waiter?.resolve(answer.result);
      else waiter?.reject(revive(answer));
    });
  });
  await loaded;
  thread.on('error', (error: Error) => {
    for (const waiter of waiting.values()) waiter.reject(error);
    waiting.clear();
  });
  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        thread.postMessage({ id: lastId, event });
      }),
    stop: async () => {
      await thread.terminate();
    },
  };
};
