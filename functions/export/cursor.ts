import * as z from 'zod/mini';
import { readCursor, writeCursor } from '../../shared/store/cursor.ts';

/** Where a list of attendees goes on: in which shard, after which badge. */
export interface Place {
  readonly shard: number;
  readonly after: string | undefined;
}

const position = z.tuple([z.int().check(z.gte(0), z.lte(63)), z.nullable(z.string().check(z.maxLength(64)))]);

export const cursorOf = ({ shard, after }: Place): string => writeCursor([shard, after ?? null]);

/** @throws {ForeignCursorError} for a cursor that we did not make */
export const placeOf = (cursor: string | undefined): Place => {
  if (cursor === undefined) return { shard: 0, after: undefined };
  const [shard, after] = readCursor(cursor, position);
  return { shard, after: after ?? undefined };
};
