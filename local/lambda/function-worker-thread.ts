import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export const workerSettings = z.object({
  file: z.string(),
  export: z.string(),
  name: z.string(),
  /** Gives way to all other threads. */
  yields: z.boolean(),
  memory: z.number(),
  timeoutMs: z.number(),
});
export type WorkerSettings = z.infer<typeof workerSettings>;

/** Both ends are ours, so messages are taken as they are: a look into each would cost every invocation. */
export interface WorkerRequest {
  readonly id: number;
  readonly event: unknown;
}

export type WorkerAnswer =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

/** A thread's heap, in MB: enough for the largest requests under way, and collected before the host grows large. */
const OLD_GENERATION_MB = 128;
const YOUNG_GENERATION_MB = 24;

/** Sends what comes up in one turn of the event loop together: waking the other thread costs more than a message. */
export const inTurns = <Message>(
  send: (messages: readonly Message[]) => void,
): ((message: Message) => void) => {
  let waiting: Message[] = [];
  return (message) => {
    if (waiting.push(message) > 1) return;
    setImmediate(() => {
      const messages = waiting;
      waiting = [];
      send(messages);
    });
  };
};

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface FunctionWorker {
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

interface FunctionThread extends FunctionWorker {
  isGone(): boolean;
}

type ThreadSettings = WorkerSettings & { readonly environment: Readonly<Record<string, string>> };

const revive = ({ name, message, stack }: Extract<WorkerAnswer, { kind: 'error' }>): Error => {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
};

/** @throws what the bundle throws on loading */
const startThread = async ({ environment, ...workerData }: ThreadSettings): Promise<FunctionThread> => {
  const thread = new Worker(new URL('./function-worker.ts', import.meta.url), {
    workerData,
    env: { ...process.env, ...environment },
    resourceLimits: {
      maxOldGenerationSizeMb: OLD_GENERATION_MB,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let gone = false;
  let failure: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    thread.on('error', (error: Error) => {
      failure = error;
    });
    thread.once('exit', () => {
      gone = true;
      const error = failure ?? new Error('the thread ended');
      reject(error);
      for (const waiter of waiting.values()) waiter.reject(error);
      waiting.clear();
    });
    thread.on('message', (answers: readonly WorkerAnswer[]) => {
      for (const answer of answers) {
        if (answer.kind === 'loaded') {
          resolve();
          continue;
        }
        const waiter = waiting.get(answer.id);
        waiting.delete(answer.id);
        if (answer.kind === 'result') waiter?.resolve(answer.result);
        else waiter?.reject(revive(answer));
      }
    });
  });
  const post = inTurns<WorkerRequest>((requests) => thread.postMessage(requests));
  return {
    isGone: () => gone,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        post({ id: lastId, event });
      }),
    stop: async () => {
      await thread.terminate();
    },
  };
};

/**
 * Starts a thread with its own environment that loads one function. One that has crashed is replaced when it is next
 * needed.
 * @throws what the bundle throws on loading
 */
export const functionWorker = async (settings: ThreadSettings): Promise<FunctionWorker> => {
  let thread = await startThread(settings);
  let replacing: Promise<void> | undefined;
  const replace = async (): Promise<void> => {
    thread = await startThread(settings);
  };
  return {
    invoke: async (event) => {
      if (thread.isGone()) {
        replacing ??= replace().finally(() => {
          replacing = undefined;
        });
        await replacing;
      }
      return thread.invoke(event);
    },
    stop: () => thread.stop(),
  };
};
