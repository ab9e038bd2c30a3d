import { expect, test } from 'vitest';
import { assertIfMatch, isKnown, validated } from '../../shared/runtime/etag.ts';

const known = '"7"';

test.each(['"7"', 'W/"7"', '*', '"1", "7"', '"1" ,W/"7"'])(
  'a reader that has it already is not sent it again: If-None-Match %s',
  (header) => {
    expect(isKnown({ 'if-none-match': header }, known)).toBe(true);
    expect(validated({ 'if-none-match': header }, 'text', { vary: 'x' }, known)).toEqual({
      status: 304,
      headers: { vary: 'x', etag: known },
    });
  },
);

test.each(['"8"', '7', 'W/7', ''])('a reader that has something else gets it: If-None-Match %s', (header) => {
  expect(validated({ 'if-none-match': header }, 'text', {}, known)).toMatchObject({
    status: 200,
    text: 'text',
  });
});

test('nobody’s change is overwritten unseen: a weak tag is no proof of having read', () => {
  expect(() => assertIfMatch({ 'if-match': 'W/"7"' }, known)).toThrow(/its ETag is "7"/);
  expect(() => assertIfMatch({}, known)).toThrow(/Send If-Match/);
  expect(() => assertIfMatch({ 'if-match': '"1", "7"' }, known)).not.toThrow();
  expect(() => assertIfMatch({ 'if-match': '*' }, known)).not.toThrow();
});

test('a header of 10 KB is read at once', () => {
  const header = `"${' ,'.repeat(5_000)}${' '.repeat(5_000)}"`;
  const start = performance.now();
  for (let time = 0; time < 20; time += 1) isKnown({ 'if-none-match': header }, known);
  expect(performance.now() - start).toBeLessThan(500);
});
