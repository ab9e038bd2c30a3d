import * as z from 'zod/mini';
import { wholeNumber } from './values.ts';

/** Paging of a list: `limit` 1 to 1000, `cursor` from the previous answer's `nextCursor`. */
export const paging = {
  limit: z._default(wholeNumber(1, 1000), 100),
  cursor: z.optional(z.string().check(z.maxLength(2048))),
};

export const listOf = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
