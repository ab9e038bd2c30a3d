import { parentPort, Worker } from 'node:worker_threads';

/** Both ends are ours, so messages are taken as they are: a look into each would cost every invocation. */
interface Request {
  readonly id: number;
  readonly event: unknown;
}

type Answer =
  | { readonly kind: 'loaded' }
  /** For the person at the terminal. */
  | { readonly kind: 'report'; readonly line: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

/** Sends what comes up in one turn of the event loop together: waking the other thread costs more than a message. */
const inTurns = <Message>(send: (messages: readonly Message[]) => void): ((message: Message) => void) => {
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

export interface Thread {
  /** Asks it to handle something. @throws what the handler throws, or that the thread is gone */
  ask(event: unknown): Promise<unknown>;
  isGone(): boolean;
  stop(): Promise<void>;
}

export interface ThreadOptions {
  /** Module that calls `serveThread`. */
  readonly module: URL;
  readonly workerData: unknown;
  readonly environment: Readonly<Record<string, string>>;
  /** Of its heap: enough for the largest requests under way, and collected before the host grows large. */
  readonly heapMb: { readonly old: number; readonly young: number };
  readonly report: (line: string) => void;
  /** It has ended, and nobody had stopped it. */
  readonly ended?: (error: Error) => void;
}

const revive = ({ name, message, stack }: Extract<Answer, { kind: 'error' }>): Error => {
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
};

/** @throws what its module throws on loading */
export const startThread = async (options: ThreadOptions): Promise<Thread> => {
  const { module, workerData, environment, heapMb, report, ended } = options;
  const thread = new Worker(module, {
    workerData,
    env: { ...process.env, ...environment },
    resourceLimits: { maxOldGenerationSizeMb: heapMb.old, maxYoungGenerationSizeMb: heapMb.young },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let gone = false;
  let stopped = false;
  let failure: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    thread.on('error', (error: Error) => {
      failure = error;
    });
    thread.once('exit', () => {
      gone = true;
      const error = failure ?? new Error('the thread ended');
      reject(error);
      if (!stopped) ended?.(error);
      for (const waiter of waiting.values()) waiter.reject(error);
      waiting.clear();
    });
    thread.on('message', (answers: readonly Answer[]) => {
      for (const answer of answers) {
        if (answer.kind === 'loaded') resolve();
        else if (answer.kind === 'report') report(answer.line);
        else {
          const waiter = waiting.get(answer.id);
          waiting.delete(answer.id);
          if (answer.kind === 'result') waiter?.resolve(answer.result);
          else waiter?.reject(revive(answer));
        }
      }
    });
  });
  const post = inTurns<Request>((requests) => thread.postMessage(requests));
  return {
    isGone: () => gone,
    ask: (event) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(failure ?? new Error('the thread ended'));
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        post({ id: lastId, event });
      }),
    stop: async () => {
      stopped = true;
      await thread.terminate();
    },
  };
};

const failed = (id: number, thrown: unknown): Answer => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { kind: 'error', id, name: error.name, message: error.message, stack: error.stack };
};

/** A result that can't go from thread to thread fails alone. */
const post = (answers: readonly Answer[]): void => {
  try {
    parentPort?.postMessage(answers);
  } catch (thrown) {
    if (answers.length > 1) for (const answer of answers) post([answer]);
    else post(answers.flatMap((answer) => (answer.kind === 'result' ? [failed(answer.id, thrown)] : [])));
  }
};

/** The other end: answers what this thread is asked. @returns says a line to the person at the terminal */
export const serveThread = (handle: (event: unknown) => unknown): ((line: string) => void) => {
  const answer = inTurns(post);
  const take = async ({ id, event }: Request): Promise<void> => {
    try {
      answer({ kind: 'result', id, result: await handle(event) });
    } catch (thrown) {
      answer(failed(id, thrown));
    }
  };
  parentPort?.on('message', (requests: readonly Request[]) => {
    for (const request of requests) void take(request);
  });
  answer({ kind: 'loaded' });
  return (line) => answer({ kind: 'report', line });
};
