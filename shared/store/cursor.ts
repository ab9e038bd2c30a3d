import * as z from 'zod/mini';
import { ForeignCursorError } from './errors.ts';

/** Where a list goes on, opaque to whoever carries it. */
export const writeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws {ForeignCursorError} for what `writeCursor` did not make of such a position */
export const readCursor = <T extends z.core.$ZodType>(cursor: string, position: T): z.output<T> => {
  const parsed = z.safeParse(position, parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw new ForeignCursorError('The cursor is not one of ours');
  return parsed.data;
};
