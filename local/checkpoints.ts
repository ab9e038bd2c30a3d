import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from './data-folder.ts';

const checkpointFile = z.object({
  /** Of the table's stream: another one when the table was made anew. */
  stream: z.string(),
  /** Milliseconds: when this mapping first saw the stream; where `LATEST` begins. */
  since: z.number(),
  shards: z.record(z.string(), z.object({ after: z.string().optional(), done: z.boolean().default(false) })),
});
type CheckpointFile = z.infer<typeof checkpointFile>;

/** How far a mapping has come, on disk after every batch. */
export interface Checkpoints {
  readonly since: number;
  after(shard: string): string | undefined;
  isDone(shard: string): boolean;
  advance(shard: string, sequence: string): void;
  finish(shard: string): void;
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

export const openCheckpoints = (
  folder: string,
  mapping: string,
  stream: string,
  nowMs: number,
): Checkpoints => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${mapping.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.json`);
  const found = read(file);
  const state: CheckpointFile = found?.stream === stream ? found : { stream, since: nowMs, shards: {} };
  const save = (shard: string, place: { after?: string | undefined; done: boolean }): void => {
    state.shards[shard] = place;
    writeFileAtomically(file, JSON.stringify(state));
  };
  if (state !== found) writeFileAtomically(file, JSON.stringify(state));
  return {
    since: state.since,
    after: (shard) => state.shards[shard]?.after,
    isDone: (shard) => state.shards[shard]?.done ?? false,
    advance: (shard, after) => save(shard, { after, done: false }),
    finish: (shard) => save(shard, { after: state.shards[shard]?.after, done: true }),
  };
};
