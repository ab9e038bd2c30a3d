import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { doorsOf } from './doors-load.ts';

const host = z
  .object({ baseUrl: z.string(), organizerToken: z.string(), data: z.string() })
  .parse(workerData);
const { saturation, measure } = await doorsOf(host);
if (!parentPort) throw new Error('this is a thread of another program');
parentPort.postMessage({ saturation, answerMs: await measure() });
await once(parentPort, 'message');
parentPort.postMessage({ saturation, answerMs: await measure() });
