import { setTimeout as delay } from 'node:timers/promises';
import type { Background } from '../background/background.ts';
import type { StreamMappings } from './stream-mappings.ts';

const STEP_MS = 5;
const TIMEOUT_MS = 60_000;

/** Resolves when nothing that was written before is still to be delivered. @throws when that takes too long */
export const untilDrained = async (
  mappings: {
    readonly streams: StreamMappings;
    readonly queues: Background['state'];
    /** Grows with every delivery of streams and schedules. */
    readonly activity: () => number;
  },
  timeoutMs = TIMEOUT_MS,
): Promise<void> => {
  const { streams, queues, activity } = mappings;
  const until = Date.now() + timeoutMs;
  const untilDry = async (isDry: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isDry())) {
      if (Date.now() > until) throw new Error(`not drained in ${timeoutMs} ms`);
      streams.wake();
      await delay(STEP_MS);
    }
  };
  const streamsAreDry = (): Promise<void> => {
    const since = performance.now();
    return untilDry(() => streams.isDry(since));
  };
  for (;;) {
    const before = activity();
    const { invocations } = await queues();
    await streamsAreDry();
    await untilDry(async () => (await queues()).dry);
    // What a message set off may have written to a stream, and what a stream set off may have sent a message.
    await streamsAreDry();
    if (activity() === before && (await queues()).invocations === invocations) return;
  }
};
