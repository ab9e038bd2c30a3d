import * as z from 'zod/mini';
import type { AnswerShape, Operation } from './operation.ts';
import { problemDetails } from './problem-details.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas that stand once in the document, by name. */
type Components = Map<string, Json>;

const definitions = z._default(z.record(z.string(), z.record(z.string(), z.unknown())), {});

/** Names of today of zones that Unicode, and so Intl, lists by what they were called before. */
const RENAMED = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Atikokan',
  'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
];

/** What a client may choose from; what a zone was called before is taken, too, and answered as it was given. */
const zones = () => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...RENAMED])];

/** A schema that differs by what is sent and what is answered has two names. */
const nameOf = (components: Components, name: string, json: Json, io: 'input' | 'output'): string => {
  const known = components.get(name);
  return known === undefined || JSON.stringify(known) === JSON.stringify(json)
    ? name
    : `${name}${io === 'input' ? 'Input' : 'Answer'}`;
};

const refs = (json: Json, names: ReadonlyMap<string, string>): Json =>
  z.record(z.string(), z.unknown()).parse(
    JSON.parse(JSON.stringify(json), (key, value: unknown) => {
      const name = key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '') : undefined;
      return name === undefined ? value : `#/components/schemas/${names.get(name) ?? name}`;
    }),
  );

/** JSON Schema 2020-12, as OpenAPI 3.1 uses it; what a schema refines beyond that is described in docs/. */
const schemaOf = (schema: z.core.$ZodType, io: 'input' | 'output', components: Components): Json => {
  const {
    $schema: _,
    $defs,
    ...json
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  const found = Object.entries(definitions.parse($defs)).map(([id, { id: _id, ...definition }]) => ({
    id,
    json: id === 'TimeZone' && io === 'input' ? { ...definition, enum: zones() } : definition,
  }));
  const names = new Map(found.map((one) => [one.id, one.id]));
  for (const one of found) {
    const isAnswered = one.id === 'TimeZone' && io === 'output';
    names.set(one.id, isAnswered ? 'TimeZoneAnswer' : nameOf(components, one.id, refs(one.json, names), io));
  }
  for (const one of found) components.set(names.get(one.id) ?? one.id, refs(one.json, names));
  return refs(json, names);
};

const properties = (
  schema: z.core.$ZodType | undefined,
  components: Components,
): { properties: Record<string, Json>; required: readonly string[] } => {
  const shape = z.looseObject({
    properties: z._default(z.record(z.string(), z.record(z.string(), z.unknown())), {}),
    required: z._default(z.array(z.string()), []),
  });
  return schema ? shape.parse(schemaOf(schema, 'input', components)) : { properties: {}, required: [] };
};

const header = (name: string, required: boolean, description: string): Json => ({
  name,
  in: 'header',
  required,
  description,
  // An empty optional one is as none.
  schema: { type: 'string', ...(required && { minLength: 1 }) },
});

/** What makes a request conditional (RFC 9110 section 13). */
const conditions = ({ ifMatch, answers }: Operation): Json[] => [
  ...(ifMatch ? [header('If-Match', true, 'ETag of the last read: 412 when it has changed since')] : []),
  ...(304 in answers
    ? [header('If-None-Match', false, 'ETag of an earlier answer: 304 when it is the same')]
    : []),
];

const parameters = (operation: Operation, components: Components): Json[] => {
  const inPath = Object.entries(properties(operation.params, components).properties).map(
    ([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema,
    }),
  );
  const query = properties(operation.query, components);
  const inQuery = Object.entries(query.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query.required.includes(name) && !('default' in schema),
    schema,
  }));
  return [...inPath, ...inQuery, ...conditions(operation)];
};

const requestBody = ({ body, describedBody, rawBody, example }: Operation, components: Components): Json => {
  if (!body) return {};
  const schema = schemaOf(describedBody ?? body, 'input', components);
  const json = rawBody?.includes('application/json') !== false && {
    'application/json': { schema, ...(example !== undefined && { example }) },
  };
  const others = (rawBody ?? []).filter((type) => type !== 'application/json');
  const raw = Object.fromEntries(others.map((type) => [type, { schema: { type: 'string', minLength: 1 } }]));
  return { requestBody: { required: !z.safeParse(body, undefined).success, content: { ...json, ...raw } } };
};

const ETAG = { ETag: { description: 'For conditional requests', schema: { type: 'string' } } };

const contentOf = (shape: NonNullable<AnswerShape>, components: Components): Json => {
  if (!('mediaType' in shape))
    return { 'application/json': { schema: schemaOf(shape, 'output', components) } };
  const schema = shape.schema ? schemaOf(shape.schema, 'output', components) : { type: 'string' };
  return { [shape.mediaType]: { schema } };
};

const answer = (operation: Operation, status: string, shape: AnswerShape, components: Components): Json => {
  const tagged = operation.ifMatch === true || 304 in operation.answers;
  const headers = tagged && status !== '204' ? { headers: ETAG } : {};
  if (shape === null) return { description: status === '304' ? 'Not modified' : 'No content', ...headers };
  return { description: 'OK', ...headers, content: contentOf(shape, components) };
};

const PROBLEM = { $ref: '#/components/responses/Problem' };

const security = ({ access }: Operation): Json => {
  if (access === 'public') return { security: [] };
  if (access === 'optional') return { security: [{}, { bearer: [] }] };
  return { security: [{ bearer: [] }] };
};

const operationObject = (operation: Operation, components: Components): Json => ({
  operationId: operation.id,
  summary: operation.summary,
  tags: [operation.tag ?? operation.function],
  ...(Array.isArray(operation.access) && { description: `Roles: ${operation.access.join(', ')}` }),
  ...security(operation),
  parameters: parameters(operation, components),
  ...requestBody(operation, components),
  responses: {
    ...Object.fromEntries(
      Object.entries(operation.answers).map(([status, shape]) => [
        status,
        answer(operation, status, shape, components),
      ]),
    ),
    '4XX': PROBLEM,
    '5XX': PROBLEM,
  },
});

/** The API as OpenAPI 3.1, made of the schemas that validate. */
export const openApi = (operations: readonly Operation[], serverUrl: string): Json => {
  const components: Components = new Map();
  const problem = schemaOf(problemDetails, 'output', components);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method.toLowerCase()] = operationObject(operation, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Turnout',
      version: '1',
      description:
        'Check-ins, exact live counts and announcements of a conference. Errors are problem details (RFC 9457), ' +
        'but for what API Gateway answers by itself as {"message"}: 401 without any Authorization header, 403 to a ' +
        'token that was never ours, 413 to a body over 10 MB, 429 to a throttled route. ' +
        'Times are RFC 3339 in UTC with milliseconds.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
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
          content: {
            'application/problem+json': { schema: problem },
            // Of API Gateway itself.
            'application/json': {
              schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
            },
          },
        },
      },
    },
  };
};
