import * as z from 'zod/mini';

/** One wrong place of the input: a JSON pointer (RFC 6901) and how to mend it. */
export const problemPlace = z.object({ pointer: z.string(), detail: z.string() });
z.globalRegistry.add(problemPlace, { id: 'WrongPlace' });
export type ProblemPlace = z.infer<typeof problemPlace>;

/** RFC 9457 problem details, as every error is answered. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  errors: z.optional(z.array(problemPlace)),
  errorCount: z.optional(z.int()),
});
z.globalRegistry.add(problemDetails, { id: 'ProblemDetails' });
export type ProblemDetails = z.infer<typeof problemDetails>;
