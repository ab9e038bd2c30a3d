import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { paging } from '../../shared/contract/lists.ts';
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

test.each(['2023-07-04t11:30:00z', '2023-07-04T11:30:00z', '2023-07-04t19:30:00.000+08:00'])(
  '%s is a time, in the small letters of RFC 3339',
  (text) => expect(parse(instant, text)).toBe(Date.UTC(2023, 6, 4, 11, 30)),
);

test.each(['2016-12-31T23:59:60Z', '2016-12-31t23:59:60.5z', '2017-01-01T07:59:60+08:00'])(
  '%s is refused as what it is, a leap second',
  (text) => expect(() => parse(instant, text)).toThrow('leap second'),
);

test('a number in a query is written in digits alone', () => {
  const limitOf = (limit: string) => parse(z.strictObject(paging), { limit }).limit;
  expect(['1', '1000', '007'].map(limitOf)).toEqual([1, 1000, 7]);
  for (const odd of ['0x10', ' 5', '5 ', '+5', '1e2', '5.0', '', '٥', `${'9'.repeat(400)}`])
    expect(() => limitOf(odd), odd).toThrow('must be a whole number in digits');
  expect(() => limitOf('0')).toThrow('must be at least 1');
  expect(() => limitOf('-5')).toThrow('must be at least 1');
  expect(() => limitOf('1001')).toThrow('must be at most 1000');
});
