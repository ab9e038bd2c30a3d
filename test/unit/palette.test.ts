import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LAMP, palette, paletteProperties } from '../../shared/look/palette.ts';
import { STYLE } from '../../shared/mail/style.ts';

const textOf = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const coloursIn = (text: string) => new Set(text.match(/#[0-9a-f]{3,8}\b/gi));
const known: ReadonlySet<string> = new Set([...Object.values(palette).flat(), LAMP]);

/** Relative luminance, WCAG 2.2. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

describe('one set of colours', () => {
  test('the stylesheet of the pages says them and no other', () => {
    const css = textOf('web/common/palette.css').replaceAll(/\s*([:,;])\s*/g, '$1');
    expect(css.match(/--[\w-]+:light-dark\([^)]*\)/g)?.join(';')).toBe(paletteProperties);
  });

  test.each(['web/public/scan-icon.svg', 'web/public/scan.webmanifest', 'web/scan/index.html'])(
    '%s has no other',
    (path) => {
      const colours = coloursIn(textOf(path));
      expect(colours.size).toBeGreaterThan(0);
      expect([...colours].filter((colour) => !known.has(colour))).toEqual([]);
    },
  );

  test('nor have mails', () => {
    expect([...coloursIn(STYLE)].filter((colour) => !known.has(colour))).toEqual([]);
  });

  test.each([0, 1])('texts can be read on their grounds, by day (0) and by night (1): %i', (when) => {
    const { ground, sheet, warnGround, badGround, accent, onAccent, ink, soft, good, warn, bad } = palette;
    const pairs = [
      ...[ink, soft, accent, good, warn, bad].flatMap((text) =>
        [ground, sheet].map((on) => [text, on] as const),
      ),
      [onAccent, accent],
      [warn, warnGround],
      [ink, warnGround],
      [bad, badGround],
      [ink, badGround],
    ] as const;
    for (const [text, on] of pairs)
      expect(contrast(text[when] ?? '', on[when] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
