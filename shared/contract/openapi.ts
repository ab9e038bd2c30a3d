import * as z from 'zod/mini';
import type { AnswerShape, Operation } from './operation.ts';
import { problemDetails } from './problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12, as OpenAPI 3.1 uses it; what a schema refines beyond that is described in docs/. */
const schemaOf = (schema: z.core.$ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  });
  return json;
};

const properties = (
  schema: z.core.$ZodType | undefined,
): { properties: Record<string, Json>; required: readonly string[] } => {
  const shape = z.looseObject({
    properties: z._default(z.record(z.string(), z.record(z.string(), z.unknown())), {}),
    required: z._default(z.array(z.string()), []),
  });
  return schema ? shape.parse(schemaOf(schema, 'input')) : { properties: {}, required: [] };
};

const parameters = (operation: Operation): Json[] => {
  const inPath = Object.entries(properties(operation.params).properties).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema,
  }));
  const query = properties(operation.query);
  const inQuery = Object.entries(query.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query.required.includes(name) && !('default' in schema),
    schema,
  }));
  return [...inPath, ...inQuery];
};

const requestBody = ({ body, describedBody, rawBody }: Operation): Json => {
  if (!body) return {};
  const json = { 'application/json': { schema: schemaOf(describedBody ?? body, 'input') } };
  const others = (rawBody ?? []).filter((type) => type !== 'application/json');
  const raw = Object.fromEntries(others.map((type) => [type, { schema: { type: 'string' } }]));
  return { requestBody: { required: !z.safeParse(body, undefined).success, content: { ...json, ...raw } } };
};

const answer = (shape: AnswerShape, status: string): Json => {
  if (shape === null) return { description: status === '304' ? 'Not modified' : 'No content' };
  if ('mediaType' in shape)
    return { description: 'OK', content: { [shape.mediaType]: { schema: { type: 'string' } } } };
  return { description: 'OK', content: { 'application/json': { schema: schemaOf(shape, 'output') } } };
};

const PROBLEM = { $ref: '#/components/responses/Problem' };

const security = ({ access }: Operation): Json => {
  if (access === 'public') return { security: [] };
  if (access === 'optional') return { security: [{}, { bearer: [] }] };
  return { security: [{ bearer: [] }] };
};

const operationObject = (operation: Operation): Json => ({
  operationId: operation.id,
  summary: operation.summary,
  tags: [operation.function],
  ...(Array.isArray(operation.access) && { description: `Roles: ${operation.access.join(', ')}` }),
  ...security(operation),
  parameters: parameters(operation),
  ...requestBody(operation),
  responses: {
    ...Object.fromEntries(
      Object.entries(operation.answers).map(([status, shape]) => [status, answer(shape, status)]),
    ),
    '4XX': PROBLEM,
    '5XX': PROBLEM,
  },
});

/** The API as OpenAPI 3.1, made of the schemas that validate. */
export const openApi = (operations: readonly Operation[], serverUrl: string): Json => {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Turnout',
      version: '1',
      description:
        'Check-ins, exact live counts and announcements of a conference. Errors are problem details (RFC 9457); only ' +
        'a request without any Authorization header may be answered 401 by API Gateway in its own words. ' +
        'Times are RFC 3339 in UTC with milliseconds.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A device token, or a JWT of an organizer, viewer or press',
        },
      },
      responses: {
        Problem: {
          description: 'Problem details (RFC 9457)',
          content: { 'application/problem+json': { schema: schemaOf(problemDetails, 'output') } },
        },
      },
    },
  };
};
