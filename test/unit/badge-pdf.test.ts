import { readFileSync } from 'node:fs';
import { extractText, getDocumentProxy } from 'unpdf';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BadgePrint, type BadgesPdf, badgesPdf } from '../../shared/print/badge-pdf.ts';
import { fitText } from '../../shared/print/break-lines.ts';
import { fontFiles } from '../../shared/print/font-files.ts';
import { boxesOf, layouts } from '../../shared/print/layouts.ts';
import { categoryLooks } from '../../shared/print/looks.ts';

// Badges are printed in the night before the doors open. Nobody's name may be cut, and none may be missing.

const fonts = fontFiles.map((file) =>
  readFileSync(new URL(`../../shared/print/fonts/${file}`, import.meta.url)),
);

const aBadge = (number: number, more: Partial<BadgePrint> = {}): BadgePrint => ({
  badgeId: `B-${number}`,
  code: `T1.gdec-2023.B-${number}.delegate.SG.k1.${'x'.repeat(86)}`,
  category: 'delegate',
  ...more,
});

/** Texts of the pages, as a reader of PDF finds them. */
const pagesOf = async ({ pdf }: BadgesPdf) => {
  const document = await getDocumentProxy(pdf.slice());
  const { text } = await extractText(document, { mergePages: false });
  const { view } = await document.getPage(1);
  return { text, size: view.slice(2).map(Math.round) };
};

describe('nine badges on A4', () => {
  const people = [
    { name: 'Ada Lovelace', company: 'Analytical Engines', country: 'GB', category: 'speaker' },
    { name: '王小明', company: '北京数字经济研究院', country: 'CN' },
    { name: 'Nguyễn Thị Ánh' },
    { name: 'Łukasz Żółć' },
    { name: 'Ελένη Παπαδοπούλου' },
    { name: 'Дмитрий Щербаков' },
  ];
  let made: BadgesPdf;
  let pages: Awaited<ReturnType<typeof pagesOf>>;
  beforeAll(async () => {
    const badges = Array.from({ length: 9 }, (_, index) => aBadge(index + 1, people[index]));
    made = await badgesPdf(badges, { layout: layouts.a4, fonts });
    pages = await pagesOf(made);
  });

  test('stand on two pages, eight on the first', () => {
    expect(pages.text).toHaveLength(2);
    expect(pages.size).toEqual([595, 842]);
    expect(pages.text[0]).toContain('B-8');
    expect(pages.text[1]).toContain('B-9');
  });

  test('say name, company, category, number and country in whatever script', () => {
    // A space that begins a run is read as a control sign.
    const found = pages.text[0]?.replaceAll(/[\s\p{Cc}]+/gu, '') ?? '';
    const told = people.flatMap(({ name, company = '', country = '' }) => [name, company, country]);
    for (const text of [...told, 'Speaker']) expect(found).toContain(text.replaceAll(' ', ''));
    expect(made.incomplete).toEqual([]);
  });
});

test('a sign that no font has is told, with the badge', async () => {
  const badges = [aBadge(1, { name: 'Ada 𓀀' }), aBadge(2)];
  const made = await badgesPdf(badges, { layout: layouts['62mm'], fonts: fonts.slice(0, 1) });
  expect(made.incomplete).toEqual([{ badgeId: 'B-1', signs: '𓀀' }]);
});

test.each(Object.entries(layouts))(
  'the boxes of %s lie on the page and not on each other',
  (_name, layout) => {
    const boxes = boxesOf(layout);
    for (const [index, { x, y, width, height }] of boxes.entries()) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(layout.page[0]);
      expect(y + height).toBeLessThanOrEqual(layout.page[1]);
      for (const other of boxes.slice(index + 1)) {
        const apart = other.x >= x + width - 0.01 || other.y >= y + height - 0.01;
        expect(apart).toBe(true);
      }
    }
  },
);

test.each([
  ['Ada Lovelace', 12, ['Ada Lovelace']],
  ['Maximiliane Featherstonehaugh-Wolfe', 14, ['Maximiliane', 'Featherstonehaugh-', 'Wolfe']],
  ['北京数字经济研究院', 5, ['北京数字', '经济研究院']],
  ['Unbreakablylongfamilyname', 5, ['Unbreakablylongfamilyname']],
])('%s is broken where people would, and never wider than its badge', (text, width, lines) => {
  const fitted = fitText(text, { width, largest: 1, maxLines: 3 }, (line) => line.length);
  expect(fitted.lines.map(({ length }) => length * fitted.size <= width + 1e-9)).not.toContain(false);
  expect(fitted.lines.toSorted()).toEqual(lines.toSorted());
});

test('white words can be read on every category’s colour', () => {
  const light = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const { colour } of categoryLooks.values()) expect(1.05 / (light(colour) + 0.05)).toBeGreaterThan(4.5);
});
