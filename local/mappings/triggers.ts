import type { Assembly } from '../assembly/assembly.ts';
import type { Engines, Opened } from '../engine/engines.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { untilDrained } from './drain.ts';
import { isQueueMapping, startQueueMappings } from './queue-mappings.ts';
import { startSchedules } from './schedules.ts';
import { DEFAULT_POLLING, type Polling } from './shard-reader.ts';
import { isStreamMapping, startStreamMappings } from './stream-mappings.ts';

/** So long after a request to a door's function others yield to it, ms. */
const BUSY_MS = 1_000;

/** Everything but requests that invokes functions: streams, queues, schedules. */
export const startTriggers = async (
  assembly: Assembly,
  options: {
    readonly engines: Engines;
    readonly data: string;
    readonly polling: Partial<Polling> | undefined;
    readonly functionOf: (name: string) => LocalFunction;
    readonly report: (line: string) => void;
  },
  opened: Opened,
) => {
  const { engines, data, functionOf, report } = options;
  let activity = 0;
  const invoked = () => {
    activity += 1;
  };
  const streams = await opened(
    startStreamMappings(assembly.mappings.filter(isStreamMapping), {
      client: engines.engine.client,
      replaysOldTables: engines.engine.file !== undefined,
      data,
      polling: { ...DEFAULT_POLLING, ...options.polling },
      functionOf,
      invoked,
      report,
    }),
  );
  let doorAskedAt = Number.NEGATIVE_INFINITY;
  const queues = startQueueMappings(assembly.mappings.filter(isQueueMapping), {
    queues: engines.messaging.queues,
    functionOf,
    doorsAreBusy: () => performance.now() - doorAskedAt < BUSY_MS,
    invoked,
    report,
  });
  await opened(Promise.resolve(queues));
  const stopSchedules = startSchedules(assembly, { functionOf, invoked, report });
  await opened(Promise.resolve({ stop: async () => stopSchedules() }));
  return {
    streams,
    /** A function that is asked for has probably written something: streams are read at once. */
    waking: (name: string): LocalFunction => {
      const target = functionOf(name);
      return {
        ...target,
        invoke: (event) => {
          if (target.place === 'thread') doorAskedAt = performance.now();
          return target.invoke(event).finally(streams.wake);
        },
      };
    },
    drained: (timeoutMs?: number) => untilDrained({ streams, queues, activity: () => activity }, timeoutMs),
  };
};
