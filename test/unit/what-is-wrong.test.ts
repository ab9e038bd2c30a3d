import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { placesOf } from '../../shared/contract/problem.ts';

const size = z.string().check(z.minLength(1), z.maxLength(3));
const said = (schema: z.ZodMiniType, value: unknown) => {
  const { error } = z.safeParse(schema, value);
  return error ? placesOf(error).map(({ pointer, detail }) => `${pointer} ${detail}`.trim()) : [];
};

test.each([
  ['a field that is left out', z.object({ a: size }), {}, ['/a is missing: it must be a text']],
  ['one of a few words', z.object({ a: z.enum(['x', 'y']) }), {}, ['/a is missing: it must be one of x, y']],
  ['another kind', size, 5, ['must be a text, not a number']],
  ['no object', z.object({}), 'x', ['must be an object, not a text']],
  ['a list for an object', z.object({}), [], ['must be an object, not a list']],
  ['null', size, null, ['must be a text, not null']],
  ['half a person', z.int(), 1.5, ['must be a whole number']],
  ['too short', size, '', ['must have at least 1 character']],
  ['too long', size, '1234', ['must have at most 3 characters']],
  ['too few', z.array(size).check(z.minLength(2)), ['a'], ['must have at least 2 items']],
  ['too little', z.number().check(z.gte(3)), 1, ['must be at least 3']],
  ['another word', z.enum(['x', 'y']), 'z', ['must be one of x, y']],
  ['no address', z.url(), '::', ['must be a URL']],
  ['another form', z.string().check(z.regex(/^a/)), 'b', ['must match /^a/']],
  [
    'a name',
    z.record(size, size),
    { long4: 'a' },
    ['/long4 cannot be a name here: it must have at most 3 characters'],
  ],
  ['none of several kinds', z.union([size, z.boolean()]), [], ['must be a text or true or false']],
  [
    'the form that was meant',
    z.union([size, z.record(size, size)]),
    { en: '' },
    ['/en must have at least 1 character'],
  ],
  ['a field that nobody knows', z.strictObject({}), { b: 1 }, ['/b is not a known field']],
])('%s is said with what it may be', (_, schema, value, words) => {
  expect(said(schema, value)).toEqual(words);
});
