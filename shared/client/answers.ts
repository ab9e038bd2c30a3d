import * as z from 'zod/mini';
import { routeKey } from '../contract/operation.ts';
import { operations } from '../contract/routes.ts';

/** Schemas by route and status, where an answer is JSON of the contract. */
const schemas = new Map(
  operations.flatMap((operation) =>
    Object.entries<z.core.$ZodType | { readonly mediaType: string } | null>(operation.answers).flatMap(
      ([status, shape]) =>
        shape === null || 'mediaType' in shape ? [] : [[`${routeKey(operation)} ${status}`, shape] as const],
    ),
  ),
);

/** Fields of an answer that its schema has dropped, as a path: the description says that there are no others. */
const unknownField = (answered: unknown, known: unknown): string | undefined => {
  if (typeof answered !== 'object' || answered === null || typeof known !== 'object' || known === null)
    return undefined;
  const fields = new Map(Object.entries(known));
  for (const [name, value] of Object.entries(answered)) {
    if (!fields.has(name)) return name;
    const inner = unknownField(value, fields.get(name));
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
};

/**
 * Compares an answer with the contract: `apiClient({ …, inspect: mustFitContract })`, for tests and rehearsals. A
 * page takes the API at its word, for it would have to load every schema.
 */
export const mustFitContract = (route: string, status: number, body: unknown): void => {
  const schema = schemas.get(`${route} ${status}`);
  const found = schema && z.safeParse(schema, body);
  if (found?.success === false)
    throw new Error(
      `${route} answered ${status} with what the contract does not know: ${z.prettifyError(found.error)}`,
    );
  const unknown = unknownField(body, found?.data);
  if (unknown !== undefined)
    throw new Error(`${route} answered ${status} with ${unknown}, which the contract does not know`);
};
