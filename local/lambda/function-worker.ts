import { parentPort, workerData } from 'node:worker_threads';
import { type WorkerAnswer, type WorkerRequest, workerSettings } from './function-worker-thread.ts';
import { contextOf, loadHandler } from './functions.ts';

const { file, export: exported, name, memory, timeoutMs } = workerSettings.parse(workerData);
const handler = await loadHandler(file, exported);
const answer = (message: WorkerAnswer): void => parentPort?.postMessage(message);

parentPort?.on('message', async ({ id, event }: WorkerRequest) => {
  try {
    answer({ kind: 'result', id, result: await handler(event, contextOf(name, memory, timeoutMs)) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    answer({ kind: 'error', id, name: error.name, message: error.message, stack: error.stack });
  }
});
answer({ kind: 'loaded' });
