import type { Assembly } from '../assembly/assembly.ts';
import type { Background } from '../background/background.ts';
import type { Engines, Opened } from '../engine/engines.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { untilDrained } from './drain.ts';
import { startSchedules } from './schedules.ts';
import { DEFAULT_POLLING, type Polling } from './shard-reader.ts';
import { isStreamMapping, startStreamMappings } from './stream-mappings.ts';

/** Everything but requests that invokes functions: streams, queues, schedules. */
export const startTriggers = async (
  assembly: Assembly,
  options: {
    readonly engines: Engines;
    readonly data: string;
    readonly polling: Partial<Polling> | undefined;
    readonly functionOf: (name: string) => LocalFunction;
    /** What queues set off, which the background does. */
    readonly queued: Parameters<Background['begin']>[0];
    readonly report: (line: string) => void;
  },
  opened: Opened,
) => {
  const { engines, data, functionOf, queued, report } = options;
  const { background } = engines;
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
  await opened(background.begin(queued));
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
          if (target.isDoor) background.doorAsked();
          return target.invoke(event).finally(streams.wake);
        },
      };
    },
    drained: (timeoutMs?: number) =>
      untilDrained({ streams, queues: background.state, activity: () => activity }, timeoutMs),
  };
};
