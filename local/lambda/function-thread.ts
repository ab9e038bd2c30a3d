import { workerData } from 'node:worker_threads';
import { workerSettings } from './function-worker.ts';
import { contextOf, loadHandler } from './functions.ts';
import { serveThread } from './threads.ts';

const { file, export: exported, name, memory, timeoutMs } = workerSettings.parse(workerData);
const handler = await loadHandler(file, exported);
serveThread((event) => handler(event, contextOf(name, memory, timeoutMs)));
