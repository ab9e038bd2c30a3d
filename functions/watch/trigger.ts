import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { ScheduledDeps, WatchDeps } from './deps.ts';
import { everyMinute, verifyCounts } from './scheduled.ts';
import { watch } from './watch.ts';

const scheduled = z.object({ task: z.enum(['devices', 'verify']) });
const streamed = z.object({ Records: z.custom<DynamoDBStreamEvent['Records']>(Array.isArray) });

/** Takes batches of the counts' stream, and the tasks of two schedules. */
export const byTrigger = (deps: WatchDeps & ScheduledDeps) => {
  const onStream = watch(deps);
  return async (event: unknown): Promise<DynamoDBBatchResponse | undefined> => {
    const batch = streamed.safeParse(event);
    if (batch.success) return onStream(batch.data);
    const { task } = scheduled.parse(event);
    await (task === 'devices' ? everyMinute(deps) : verifyCounts(deps));
    return undefined;
  };
};
