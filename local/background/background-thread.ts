import { constants, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import * as z from 'zod';
import { type LocalFunction, lazyFunction } from '../lambda/functions.ts';
import { serveThread } from '../lambda/threads.ts';
import { startMail } from '../mail/ses.ts';
import { type QueueMappings, startQueueMappings } from '../mappings/queue-mappings.ts';
import { startMessaging } from '../messaging/messaging.ts';
import type { BackgroundCall, BackgroundFacts, BackgroundSettings } from './background.ts';

/** So long after a request to a door's function others yield to it, ms. */
const BUSY_MS = 1_000;

const { data, baseUrl, retries, doorAskedAt } = z.custom<BackgroundSettings>().parse(workerData);
// On Linux a thread has a priority of its own; elsewhere this would be the whole process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

let say = (line: string): void => console.error(line);
const report = (line: string): void => say(line);
const messaging = await startMessaging({ data, baseUrl, retries, report });
const mail = await startMail(data, messaging.publish);
const asked = new Float64Array(doorAskedAt);
let functions: readonly LocalFunction[] = [];
let queues: QueueMappings | undefined;
let invocations = 0;

const functionOf = (name: string): LocalFunction => {
  const found = functions.find((one) => one.name === name);
  if (!found) throw new Error(`${name} does not run in the background`);
  return found;
};

const begin = ({ mappings, resources, shared, environment }: Extract<BackgroundCall, { kind: 'begin' }>) => {
  Object.assign(process.env, shared);
  functions = resources.map((resource) => lazyFunction(resource, { environment, place: 'process' }));
  queues = startQueueMappings(mappings, {
    queues: messaging.queues,
    functionOf,
    doorsAreBusy: () => Date.now() - (asked[0] ?? 0) < BUSY_MS,
    invoked: () => {
      invocations += 1;
    },
    report,
  });
};

const handle = async (call: BackgroundCall): Promise<unknown> => {
  switch (call.kind) {
    case 'facts':
      return {
        messaging: messaging.endpoint,
        certificate: messaging.certificate,
        mail: mail.endpoint,
        outbox: mail.folder,
      } satisfies BackgroundFacts;
    case 'declare':
      messaging.declare(call.assembly);
      return mail.declare(call.assembly.mailEvents);
    case 'begin':
      return begin(call);
    case 'invoke':
      return functionOf(call.name).invoke(call.event);
    case 'act':
      return messaging.act(new URLSearchParams(call.parameters));
    case 'pending':
      return messaging.pendingDeliveries();
    case 'state':
      return { dry: queues?.isDry() ?? true, invocations };
    case 'halt':
      return queues?.stop();
    case 'stop':
      await mail.stop();
      return messaging.stop();
  }
};
say = serveThread((call) => handle(z.custom<BackgroundCall>().parse(call)));
