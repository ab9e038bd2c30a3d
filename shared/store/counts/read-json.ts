import type * as z from 'zod/mini';

/** A value that was stored as JSON; undefined where it is not there or not what this code writes. */
export const readJson = <T extends z.ZodMiniType>(
  schema: T,
  text: string | undefined,
): z.output<T> | undefined => {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
