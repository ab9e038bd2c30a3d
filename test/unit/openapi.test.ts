import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { unmatched } from '../../functions/meta/meta.ts';
import { paging } from '../../shared/contract/lists.ts';
import { openApi } from '../../shared/contract/openapi.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { operations } from '../../shared/contract/routes.ts';
import { timeZone } from '../../shared/contract/texts.ts';
import { flag, instant } from '../../shared/contract/values.ts';
import type { HttpEvent } from '../../shared/runtime/http.ts';
import { described } from '../support/described.ts';

const anOperation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.never()))),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']), required: z.boolean() }),
  ),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({})) }).optional(),
  responses: z.record(z.string(), z.looseObject({})),
});
const aDocument = z.looseObject({
  openapi: z.string().regex(/^3\.1/),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), anOperation)),
  components: z.looseObject({ securitySchemes: z.looseObject({}), responses: z.looseObject({}) }),
});

const text = JSON.stringify(openApi(operations, '/'));
const document = aDocument.parse(JSON.parse(text));

describe('a developer reads the API’s own description', () => {
  test('every route is in it once, with a schema for what it takes and answers', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
    for (const operation of operations) {
      const found = document.paths[operation.path]?.[operation.method.toLowerCase()];
      expect(found?.operationId).toBe(operation.id);
      expect(Boolean(found?.requestBody), operation.id).toBe(operation.body !== undefined);
      expect(Object.keys(found?.responses ?? {})).toEqual(
        expect.arrayContaining([...Object.keys(operation.answers), '4XX']),
      );
    }
  });

  test('every variable of a path is described as a parameter', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      for (const { parameters, operationId } of Object.values(methods)) {
        const described = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        expect(described.sort(), operationId).toEqual(names);
      }
    }
  });

  test('protected routes say so, public ones do not', () => {
    for (const operation of operations) {
      const { security } = anOperation.parse(
        document.paths[operation.path]?.[operation.method.toLowerCase()],
      );
      expect(security.length === 0, operation.id).toBe(operation.access === 'public');
    }
  });

  test('every reference leads somewhere, and operation ids do not repeat', () => {
    const schema: unknown = JSON.parse(text);
    for (const [, reference = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((node, part) => z.record(z.string(), z.unknown()).parse(node)[part], schema);
      expect(target, reference).toBeDefined();
    }
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('what the gateway answers by itself is described beside our own problems', () => {
    const { Problem } = z
      .object({ Problem: z.object({ content: z.record(z.string(), z.unknown()) }) })
      .parse(document.components.responses);
    expect(Object.keys(Problem.content)).toEqual(['application/problem+json', 'application/json']);
  });

  test('nothing is described that is refused: empty conditions, other flags, times out of mind, JSON as a form', () => {
    for (const operation of operations) {
      const { parameters, requestBody } = described(document, operation);
      for (const { name, in: place, required, schema } of parameters)
        if (place === 'header')
          expect(schema, name).toEqual({ type: 'string', ...(required && { minLength: 1 }) });
      const { rawBody } = operation;
      if (requestBody && rawBody)
        expect(Object.keys(requestBody.content).toSorted(), operation.id).toEqual(rawBody.toSorted());
    }
    expect(['true', 'false', '1', 'yes', 'TRUE'].map((value) => z.safeParse(flag(), value).success)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(z.toJSONSchema(paging.limit, { io: 'input' })).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 100,
    });
    const { pattern } = z.object({ pattern: z.string() }).parse(z.toJSONSchema(instant, { io: 'input' }));
    for (const year of ['1969', '1970', '2000', '2100', '2101', '0020']) {
      const at = `${year}-06-01T00:00:00Z`;
      expect(new RegExp(pattern).test(at), at).toBe(z.safeParse(instant, at).success);
    }
  });

  test('scans are described row by row', () => {
    expect(text).toContain('"scannedAt"');
    expect(text).toContain('"admittedOffline"');
    expect(text).toContain('already_inside');
  });
});

describe('a wrong address or method gets a useful answer', () => {
  const answerTo = async (method: string, rawPath: string): Promise<Problem> => {
    try {
      const event = z.custom<HttpEvent>().parse({ rawPath, requestContext: { http: { method } } });
      await unmatched()(event);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error('it answered');
  };

  test('a path that cannot be read is not a wrong method', async () => {
    const problem = await answerTo('GET', '/v1/events/%ff/programme');
    expect(problem.status).toBe(400);
    expect(problem.message).toContain('%');
  });

  test('a known path with another method: 405 with Allow', async () => {
    const problem = await answerTo('DELETE', '/v1/events/gdec-2023/programme');
    expect(problem.status).toBe(405);
    expect(problem.headers['allow']?.split(', ').sort()).toEqual(['GET', 'POST']);
  });

  test.each(['/', '/v1', '/v2/health', '/v1/health/', '/v1/events//programme', '/v1/events/a/b/c/d'])(
    '%s: 404',
    async (path) => {
      expect((await answerTo('GET', path)).status).toBe(404);
    },
  );
});

describe('what the description says is so', () => {
  test('every example is a body that is taken', () => {
    const shown = operations.filter((operation) => 'example' in operation);
    expect(shown.length).toBeGreaterThan(8);
    for (const operation of shown) {
      const schema = 'describedBody' in operation ? operation.describedBody : operation.body;
      if (!schema) throw new Error(`${operation.id} takes no body`);
      expect(z.safeParse(schema, operation.example).error, operation.id).toBeUndefined();
    }
  });

  test('conditional requests are described where there are any', () => {
    const headersOf = (id: string) => {
      const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
      const found = all.find(({ operationId }) => operationId === id);
      return found?.parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
    };
    expect(headersOf('patchSession')).toEqual(['If-Match']);
    expect(headersOf('getScanner')).toEqual(['If-None-Match']);
    expect(headersOf('putEvent')).toEqual([]);
    for (const operation of operations) {
      if (!operation.summary.includes('If-Match')) continue;
      expect(headersOf(operation.id), operation.id).toEqual(['If-Match']);
    }
  });

  test('schemas that stand in many places stand once, and every reference leads somewhere', () => {
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    const { schemas } = z
      .object({ schemas: z.record(z.string(), z.looseObject({})) })
      .parse(document.components);
    expect(new Set(names)).toEqual(new Set(Object.keys(schemas)));
    expect(text).not.toContain('$defs');
    expect(schemas['TextByLanguage']).toMatchObject({ minProperties: 1 });
    const choice = z.array(z.string()).parse(schemas['TimeZone']?.['enum']);
    expect(choice).toEqual(expect.arrayContaining(['Asia/Shanghai', 'Asia/Kolkata', 'Europe/Kyiv', 'UTC']));
    for (const name of choice) expect(z.safeParse(timeZone, name).success, name).toBe(true);
    // What was given under an older name is answered under it.
    expect(schemas['TimeZoneAnswer']).toEqual({ type: 'string' });
    for (const name of ['+02:00', '-0530', '']) expect(z.safeParse(timeZone, name).success, name).toBe(false);
  });

  test('a feed is an object, not a string', () => {
    const feed = JSON.stringify(document.paths['/v1/events/{event}/announcements/feed.json']);
    expect(feed).toContain('"application/feed+json":{"schema":{"type":"object"');
  });
});
