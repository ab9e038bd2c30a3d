import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { readCursor, writeCursor } from '../../shared/store/cursor.ts';
import { ForeignCursorError } from '../../shared/store/errors.ts';

const position = z.string();

test('a cursor comes back as it was given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (sk) => {
      expect(readCursor(writeCursor(sk.toWellFormed(), 'a list'), position, 'a list')).toBe(
        sk.toWellFormed(),
      );
    }),
  );
});

test('what was made up, mangled or is of another list never reaches the engine', () => {
  const cursor = writeCursor('A#0001', 'a list');
  const invented = Buffer.from(JSON.stringify('A#'.padEnd(1500, 'x'))).toString('base64url');
  for (const wrong of [
    '',
    'x',
    invented,
    `${cursor}A`,
    cursor.slice(1),
    writeCursor('A#0001', 'another list'),
  ])
    expect(() => readCursor(wrong, position, 'a list'), wrong).toThrow(ForeignCursorError);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCursor(text, position, 'a list')).toThrow(ForeignCursorError);
    }),
  );
});
