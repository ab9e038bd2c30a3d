import * as z from 'zod';
import type { Operation } from '../../shared/contract/operation.ts';

const operationObject = z.object({
  parameters: z.array(
    z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown().optional() }),
  ),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.unknown().optional() })) })
    .optional(),
});
const paths = z.record(z.string(), z.record(z.string(), operationObject));

/** What the OpenAPI document says that an operation takes. */
export const described = (
  document: Readonly<Record<string, unknown>>,
  { method, path }: Operation,
): z.output<typeof operationObject> => {
  const found = paths.parse(document['paths'])[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`${method} ${path} is not described`);
  return found;
};
