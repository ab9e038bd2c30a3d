import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { HostError } from '../errors.ts';

/**
 * The engine's private schema. Its stream table comes without an index, which makes every write with
 * a stream as slow as the stream is long; and it never forgets records. Both are mended here, from outside.
 */
export const STREAM_COLUMNS = [
  'id',
  'table_name',
  'event_name',
  'keys_json',
  'new_image',
  'old_image',
  'sequence_number',
  'shard_id',
  'created_at',
  'user_identity',
] as const;

const INDEXES = `
  CREATE INDEX IF NOT EXISTS turnout_stream_sequence
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
  CREATE INDEX IF NOT EXISTS turnout_stream_shard_sequence
    ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
`;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: records live 24 hours. */
const RETENTION_SECONDS = 24 * 60 * 60;
/** Small enough to hold the engine's write lock for milliseconds; the engine itself waits up to 5 s for it. */
const TRIM_CHUNK = 500;

export const streamColumns = (file: string): string[] => {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare("SELECT name FROM pragma_table_info('_stream_records')").all();
    return z
      .array(z.object({ name: z.string() }))
      .parse(rows)
      .map(({ name }) => name);
  } finally {
    database.close();
  }
};

/**
 * Only while the engine is stopped.
 * @throws {HostError} `EngineSchemaChanged`
 */
export const addStreamIndexes = (file: string): void => {
  const columns = streamColumns(file);
  if (columns.join() !== STREAM_COLUMNS.join()) {
    throw new HostError(
      'EngineSchemaChanged',
      `the engine's stream table has the columns ${columns.join(', ') || '(none)'}: this version of dynoxide is not known here, install the pinned one`,
    );
  }
  const database = new DatabaseSync(file);
  database.exec(INDEXES);
  database.close();
};

/**
 * Deletes stream records older than 24 h, safely while the engine runs. The newest record of each table
 * stays: the engine numbers the next record by it, and would begin again at 1 without it.
 * @returns how many were deleted
 */
export const trimStreams = (file: string, nowSeconds: number): number => {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    const remove = database.prepare(`
      DELETE FROM _stream_records WHERE id IN (
        SELECT id FROM _stream_records AS record
        WHERE created_at < ? AND EXISTS (
          SELECT 1 FROM _stream_records AS newer
          WHERE newer.table_name = record.table_name
            AND CAST(newer.sequence_number AS INTEGER) > CAST(record.sequence_number AS INTEGER))
        ORDER BY id LIMIT ${TRIM_CHUNK})`);
    let trimmed = 0;
    for (;;) {
      const { changes } = remove.run(nowSeconds - RETENTION_SECONDS);
      trimmed += Number(changes);
      if (changes < TRIM_CHUNK) return trimmed;
    }
  } finally {
    database.close();
  }
};
