import * as z from 'zod/mini';
import { readCursor, writeCursor } from '../../shared/store/cursor.ts';

/** Where a list of attendees goes on: in which shard, after which badge. */
export interface Position {
  readonly shard: number;
  readonly after: string | undefined;
}

const storedPosition = z.tuple([
  z.int().check(z.gte(0), z.lte(63)),
  z.nullable(z.string().check(z.maxLength(64))),
]);

export const cursorOf = ({ shard, after }: Position): string =>
  writeCursor([shard, after ?? null], 'attendees');

/** @throws {ForeignCursorError} for a cursor that we did not make */
export const positionOf = (cursor: string | undefined): Position => {
  if (cursor === undefined) return { shard: 0, after: undefined };
  const [shard, after] = readCursor(cursor, storedPosition, 'attendees');
  return { shard, after: after ?? undefined };
};
