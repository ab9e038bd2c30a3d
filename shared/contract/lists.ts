import * as z from 'zod/mini';

/** In a query: digits, and no other spelling of a number that JavaScript knows. */
export const wholeNumber = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  z.pipe(
    z
      .unknown()
      .check(z.refine((text) => /^-?[0-9]{1,16}$/.test(String(text)), 'must be a whole number in digits'))
      .register(z.globalRegistry, { type: 'integer', minimum, maximum }),
    z.coerce.number().check(z.gte(minimum), z.lte(maximum)),
  );

/** Paging of a list: `limit` 1 to 1000, `cursor` from the previous answer's `nextCursor`. */
export const paging = {
  limit: z._default(wholeNumber(1, 1000), 100),
  cursor: z.optional(z.string().check(z.maxLength(2048))),
};

export const listOf = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
