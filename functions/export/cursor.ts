import * as z from 'zod';
import { Problem } from '../../shared/contract/problem.ts';

/** Where a list of attendees goes on: in which shard, after which badge. */
export interface Place {
  readonly shard: number;
  readonly after: string | undefined;
}

const stored = z.tuple([z.int().min(0).max(63), z.string().max(64).nullable()]);

export const cursorOf = ({ shard, after }: Place): string =>
  Buffer.from(JSON.stringify([shard, after ?? null])).toString('base64url');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws {Problem} `validation` for a cursor that we did not make */
export const placeOf = (cursor: string | undefined): Place => {
  if (cursor === undefined) return { shard: 0, after: undefined };
  const parsed = stored.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) {
    throw new Problem('validation', 'The cursor is not one of ours: begin without one', {
      errors: [{ pointer: '/cursor', detail: 'must be the nextCursor of an answer' }],
    });
  }
  const [shard, after] = parsed.data;
  return { shard, after: after ?? undefined };
};
