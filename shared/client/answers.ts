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
};
