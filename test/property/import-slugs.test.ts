import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldName, nameBeginnings } from '../../shared/domain/names.ts';
import { distinctSlugs, slugOf, slugOfId } from '../../shared/import/slugs.ts';

const slug = /^[a-z0-9][a-z0-9-]{0,62}$/;
const text = fc.string({ unit: 'grapheme', maxLength: 80 });

describe('ids of rooms and sessions follow from their names, so importing again finds them', () => {
  test('every text has a slug, the same each time', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(slugOf(name)).toMatch(slug);
        expect(slugOf(name)).toBe(slugOf(name));
        expect(slugOfId(name)).toMatch(slug);
      }),
    );
  });

  test('different names never share one within a file', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 40 }), (names) => {
        const of = distinctSlugs();
        const slugs = names.map(of);
        expect(new Set(slugs).size).toBe(names.length);
        for (const one of slugs) expect(one).toMatch(slug);
        expect(names.map(of)).toEqual(slugs);
      }),
    );
  });

  test('identifiers that differ in case only are two', () => {
    expect(slugOfId('HOqeNIb6G7M4hYFKFRkCmQ')).not.toBe(slugOfId('hoqenib6g7m4hyfkfrkcmq'));
    expect(slugOfId('29aecfd7-2e44-4f49-ab86-29b5e0877325')).toBe('29aecfd7-2e44-4f49-ab86-29b5e0877325');
  });

  test('rooms read as people write them', () => {
    expect(slugOf('H.1302 (Depage)')).toBe('h-1302-depage');
    expect(slugOf('Grønn sal')).toBe('gronn-sal');
    expect(slugOf('主会场')).toMatch(slug);
    expect(slugOf('主会场')).not.toBe(slugOf('分会场'));
  });
});

describe('a name is found by the beginning of any of its words', () => {
  test('whatever the case and the accents', () => {
    expect(nameBeginnings('Zoë  ÅSTRÖM-Łuk')).toEqual(['zoe astrom luk', 'astrom luk', 'luk']);
    expect(foldName('O’Brien')).toBe('o brien');
    expect(nameBeginnings(null)).toEqual([]);
  });

  test('and fits a key of the table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        for (const beginning of nameBeginnings(name)) {
          expect(Buffer.byteLength(beginning)).toBeLessThanOrEqual(900);
          expect(beginning).toBe(foldName(beginning));
        }
      }),
    );
  });
});
