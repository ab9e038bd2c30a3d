import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ForeignCursorError } from './errors.ts';

const SEAL_BYTES = 9;

/** Of which list a position is: one that was made up, mangled or is another list's has another. */
const sealOf = (list: string, position: string): string =>
  createHash('sha256').update(`${list}\n${position}`).digest().subarray(0, SEAL_BYTES).toString('base64url');

/**
 * Where a list goes on, opaque to whoever carries it.
 * @param list what it is a list of; the same when the cursor is read
 */
export const writeCursor = (position: unknown, list: string): string => {
  const text = JSON.stringify(position);
  return `${sealOf(list, text)}${Buffer.from(text).toString('base64url')}`;
};

const SEAL_LENGTH = sealOf('', '').length;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws {ForeignCursorError} for what `writeCursor` did not make of such a position in this list */
export const readCursor = <T extends z.core.$ZodType>(
  cursor: string,
  position: T,
  list: string,
): z.output<T> => {
  const text = Buffer.from(cursor.slice(SEAL_LENGTH), 'base64url').toString('utf8');
  const parsed = z.safeParse(position, parseJson(text));
  if (!parsed.success || cursor.slice(0, SEAL_LENGTH) !== sealOf(list, text))
    throw new ForeignCursorError('The cursor is not one of this list');
  return parsed.data;
};
