import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openApi } from '../../shared/contract/openapi.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { operations } from '../../shared/contract/routes.ts';
import { described } from '../support/described.ts';
import { valuesOf } from '../support/schema-values.ts';

const document = openApi(operations, '/');
const RUNS = 40;

/** @throws with what was refused, and why */
const mustTake = (schema: z.core.$ZodType | undefined, value: unknown): void => {
  if (!schema) return;
  const parsed = z.safeParse(schema, value);
  expect(parsed.error?.issues ?? [], JSON.stringify(value)).toEqual([]);
};

describe('who keeps to the API’s description is not told that a request is not valid', () => {
  test.each(operations.map((operation): [string, Operation] => [operation.id, operation]))(
    '%s',
    (_, operation) => {
      const { parameters, requestBody } = described(document, operation);
      const of = (place: string) =>
        fc.record(
          Object.fromEntries(
            parameters
              .filter((parameter) => parameter.in === place)
              .map(({ name, schema }) => [name, valuesOf(document, schema).map(asText)]),
          ),
          {
            requiredKeys: parameters.flatMap(({ name, in: at, required }) =>
              at === place && required ? [name] : [],
            ),
          },
        );
      const json = requestBody?.content['application/json'];
      const body = json ? valuesOf(document, json.schema) : fc.constant(undefined);
      fc.assert(
        fc.property(of('path'), of('query'), body, (params, query, sent) => {
          mustTake(operation.params, params);
          mustTake(operation.query, query);
          if (json) mustTake(operation.body, JSON.parse(JSON.stringify(sent)));
        }),
        { numRuns: RUNS, seed: 2023 },
      );
    },
  );
});

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
