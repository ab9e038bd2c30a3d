import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { operation } from '../../shared/contract/operation.ts';
import { parse } from '../../shared/contract/problem.ts';
import { operations } from '../../shared/contract/routes.ts';
import { languageTag } from '../../shared/contract/texts.ts';
import { instant } from '../../shared/contract/values.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { call } from '../engine/announcement-host.ts';

const take = operation({
  id: 'take',
  method: 'POST',
  path: '/v1/take',
  function: 'meta',
  access: 'public',
  summary: 'Takes a little',
  body: z.strictObject({ name: z.optional(z.string()) }),
  answers: { 200: z.object({}) },
});
const handler = httpApi([on(take, async () => ({ status: 200, body: {} }))]);
const send = (body: unknown, headers = {}) => call(handler, take, { body, headers });

describe('a stranger sends rubbish', () => {
  test('50 of its wrong places are named, the others counted', async () => {
    const rubbish = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`k${index}`, 1]));
    const { status, json, text } = await send(rubbish);
    expect(status).toBe(400);
    expect(json['errors']).toHaveLength(50);
    expect(json['errorCount']).toBe(51);
    expect(text.length).toBeLessThan(10_000);
  });

  test('what it calls a field is not said back at length', async () => {
    const { text } = await send({ ['x'.repeat(50_000)]: 1 });
    expect(text.length).toBeLessThan(1000);
  });

  test('a body that is larger than the route needs is refused before it is read', async () => {
    expect((await send({ name: 'x'.repeat(70_000) })).status).toBe(413);
    const large = operations.filter(({ maxBytes = 0 }) => maxBytes > 300_000).map(({ id }) => id);
    expect(large.sort()).toEqual([
      'correctAnnouncement',
      'createAnnouncement',
      'importBadges',
      'importProgramme',
      'patchAnnouncement',
    ]);
    for (const { id, access, maxBytes = 0 } of operations)
      if (access === 'public') expect(maxBytes, id).toBeLessThanOrEqual(16_384);
  });

  test('text that could not be stored is refused by its place, wherever it stands', async () => {
    const broken = fc.constantFrom('\ud83d', 'a\udc00b');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        broken,
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        fc.record({ name: tie('tree') }),
        broken.map((key) => ({ [key]: 1 })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (name) => {
        const { status, json } = await send({ name });
        expect([status, json['type']]).toEqual([400, '/problems/validation']);
        expect(json['errors'][0].detail).toContain('half of a character');
        expect(json['errors'][0].pointer).toMatch(/^\/name/);
      }),
      { numRuns: 50, seed: 2023 },
    );
    const deep = `{"name":${'['.repeat(25_000)}"\\ud800"${']'.repeat(25_000)}}`;
    const { status, text } = await send(deep);
    expect([status, text.length < 1000]).toEqual([400, true]);
  });

  test('letters of another encoding would be lost silently; a byte order mark is none of them', async () => {
    expect((await send('{"name":"Caf\ufffd"}')).json).toMatchObject({
      status: 400,
      errors: [{ pointer: '/name' }],
    });
    expect((await send('\ufeff{"name":"Café"}')).status).toBe(200);
  });

  test('compressed bodies are not read', async () => {
    expect((await send({}, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await send({}, { 'content-encoding': 'identity' })).status).toBe(200);
  });
});

test.each(['1969-12-31T23:59:59Z', '2101-01-01T00:00:00Z', '9999-01-01T00:00:00Z'])(
  '%s is no time of a conference',
  (text) => expect(() => parse(instant, text)).toThrow('1970 to 2100'),
);

test('a language tag has an end', () => {
  expect(() => parse(languageTag, `en${'-abcdefgh'.repeat(5)}`)).toThrow();
});
