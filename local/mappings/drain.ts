import { setTimeout as delay } from 'node:timers/promises';
import type { QueueMappings } from './queue-mappings.ts';
import type { StreamMappings } from './stream-mappings.ts';

const STEP_MS = 5;
const TIMEOUT_MS = 60_000;

/** Resolves when nothing that was written before is still to be delivered. @throws when that takes too long */
export const untilDrained = async (
  mappings: {
    readonly streams: StreamMappings;
    readonly queues: QueueMappings;
    /** Grows with every delivery. */
    readonly activity: () => number;
  },
  timeoutMs = TIMEOUT_MS,
): Promise<void> => {
  const { streams, queues, activity } = mappings;
  const until = Date.now() + timeoutMs;
  for (;;) {
    const before = activity();
    const since = performance.now();
    while (!streams.isDry(since) || !queues.isDry()) {
      if (Date.now() > until) throw new Error(`not drained in ${timeoutMs} ms`);
      streams.wake();
      await delay(STEP_MS);
    }
    // What was delivered meanwhile may have written to another stream.
    if (activity() === before) return;
  }
};
