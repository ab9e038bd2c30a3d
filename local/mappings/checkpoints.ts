import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../data-folder.ts';

const checkpointFile = z.object({
  /** Of the table's stream: another one when the table was made anew. */
  stream: z.string(),
  shards: z.record(z.string(), z.object({ after: z.string().optional(), done: z.boolean().default(false) })),
});
type CheckpointFile = z.infer<typeof checkpointFile>;

/**
 * A batch's place is on disk this much later, in ms: a write for each batch would cost more than the batch. What a
 * kill takes with it is delivered again.
 */
const WRITE_BEHIND_MS = 250;

/** How far a mapping has come, kept on disk. */
export interface Checkpoints {
  after(shard: string): string | undefined;
  isDone(shard: string): boolean;
  advance(shard: string, sequence: string): void;
  finish(shard: string): void;
  /** Writes what is not on disk yet. */
  flush(): void;
}

const read = (file: string): CheckpointFile | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    return checkpointFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Unreadable after a power cut: begin again, which at-least-once delivery allows.
    return undefined;
  }
};

export const openCheckpoints = (folder: string, mapping: string, stream: string): Checkpoints => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${mapping.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.json`);
  const found = read(file);
  const state: CheckpointFile = found?.stream === stream ? found : { stream, shards: {} };
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    writeFileAtomically(file, JSON.stringify(state));
  };
  const save = (shard: string, place: { after?: string | undefined; done: boolean }): void => {
    state.shards[shard] = place;
    timer ??= setTimeout(() => {
      try {
        write();
      } catch {
        // Tried again with the next batch; until then a restart delivers more than it must.
      }
    }, WRITE_BEHIND_MS).unref();
  };
  if (state !== found) write();
  return {
    after: (shard) => state.shards[shard]?.after,
    isDone: (shard) => state.shards[shard]?.done ?? false,
    advance: (shard, after) => save(shard, { after, done: false }),
    finish: (shard) => save(shard, { after: state.shards[shard]?.after, done: true }),
    flush: () => {
      if (timer) write();
    },
  };
};
