import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursors, ForeignCursorError } from '../../shared/runtime/cursors.ts';

const { page } = cursors(async () => 'a secret of the tests');
const LIST = ['badges', 'gdec-2023'];

/** The cursor of a list that goes on there. */
const cursorTo = async (next: string, list = LIST): Promise<string> => {
  const { nextCursor } = await page(list, undefined, async () => ({ items: [], next }));
  if (nextCursor === undefined) throw new Error('expected a cursor');
  return nextCursor;
};
/** Where a list goes on that is asked with a cursor. */
const positionOf = async (cursor: string, list = LIST): Promise<string | undefined> => {
  let position: string | undefined;
  await page(list, cursor, async (after) => {
    position = after;
    return { items: [] };
  });
  return position;
};

test('a page leads on to where it ended, with the same cursor each time it is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const place = text.toWellFormed();
      const cursor = await cursorTo(place);
      expect(await positionOf(cursor)).toBe(place);
      expect(await cursorTo(place)).toBe(cursor);
    }),
  );
  expect(await page(LIST, undefined, async () => ({ items: ['last'] }))).toEqual({ items: ['last'] });
});

test('a cursor does not show where it leads: names are found by their first letters', async () => {
  const cursor = await cursorTo('ada lovelace#B-000001');
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('lovelace');
});

test('what was made up, altered, of another list, event or deployment reaches no engine', async () => {
  const cursor = await cursorTo('A#0001');
  const refused = async (wrong: string): Promise<void> => {
    await expect(positionOf(wrong), wrong).rejects.toThrow(ForeignCursorError);
  };
  const elsewhere = cursors(async () => 'another secret');
  const { nextCursor = '' } = await elsewhere.page(LIST, undefined, async () => ({
    items: [],
    next: 'A#0001',
  }));
  for (const wrong of [
    '',
    'x',
    Buffer.from(JSON.stringify('A#'.padEnd(1500, 'x'))).toString('base64url'),
    cursor.slice(4),
    await cursorTo('A#0001', ['devices', 'gdec-2023']),
    await cursorTo('A#0001', ['badges', 'gdec-2024']),
    await cursorTo('A#0001', ['badges gdec-2023']),
    nextCursor,
  ])
    await refused(wrong);
  const bytes = Buffer.from(cursor, 'base64url');
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ flip;
      await refused(altered.toString('base64url'));
    }),
  );
  await fc.assert(fc.asyncProperty(fc.string(), refused));
});
