import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { inTurns, type WorkerAnswer, type WorkerRequest, workerSettings } from './function-worker-thread.ts';
import { contextOf, loadHandler } from './functions.ts';

const { file, export: exported, name, yields, memory, timeoutMs } = workerSettings.parse(workerData);
// On Linux a thread has a priority of its own; elsewhere this would be the whole process's.
if (yields && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const handler = await loadHandler(file, exported);

const failure = (id: number, thrown: unknown): WorkerAnswer => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { kind: 'error', id, name: error.name, message: error.message, stack: error.stack };
};

/** A result that can't go from thread to thread fails alone. */
const post = (answers: readonly WorkerAnswer[]): void => {
  try {
    parentPort?.postMessage(answers);
  } catch (thrown) {
    if (answers.length > 1) for (const answer of answers) post([answer]);
    else post(answers.flatMap((answer) => (answer.kind === 'result' ? [failure(answer.id, thrown)] : [])));
  }
};
const answer = inTurns(post);

const invoke = async ({ id, event }: WorkerRequest): Promise<void> => {
  try {
    answer({ kind: 'result', id, result: await handler(event, contextOf(name, memory, timeoutMs)) });
  } catch (thrown) {
    answer(failure(id, thrown));
  }
};
parentPort?.on('message', (requests: readonly WorkerRequest[]) => {
  for (const request of requests) void invoke(request);
});
answer({ kind: 'loaded' });
