import * as z from 'zod/mini';

/** Paging of a list: `limit` 1 to 1000, `cursor` from the previous answer's `nextCursor`. */
export const paging = {
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(1000)), 100),
  cursor: z.optional(z.string().check(z.maxLength(2048))),
};

export const listOf = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
