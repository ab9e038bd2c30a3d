import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../web/words', import.meta.url));
const files = globSync('en/*.ts', { cwd: folder }).map((file) => basename(file));

/** Lists that are spread into those of several pages. */
const SHARED = ['common', 'problems'];

/** Texts by where they stand; what is said of something is said of a mark. */
const texts = (value: unknown, path: string): [string, string][] => {
  if (typeof value === 'string') return value === '' ? [] : [[path, value]];
  if (typeof value === 'function') return [[path, String(value(...Array(value.length).fill('…')))]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
};

const textsIn = async (language: string): Promise<ReadonlyMap<string, string>> => {
  const lists = files.map(async (file) => {
    const [words] = Object.values<unknown>(await import(join(folder, language, file)));
    return texts(words, basename(file, '.ts'));
  });
  return new Map((await Promise.all(lists)).flat());
};

test('whoever changes the language reads the same page', async () => {
  const [en, zh] = await Promise.all([textsIn('en'), textsIn('zh')]);
  expect(en.size).toBeGreaterThan(300);
  expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  expect([...zh].filter(([path, text]) => text === '' || en.get(path) === '')).toEqual([]);
});

test('a word stands once: what several pages say is said in the same words', async () => {
  const [en, zh] = await Promise.all([textsIn('en'), textsIn('zh')]);
  const places = new Map<string, { keys: Set<string>; lists: Set<string> }>();
  for (const [path, english] of en) {
    const said = `${english} / ${zh.get(path)}`;
    const [list = '', ...key] = path.split('.');
    // A field is called what its label says.
    if (key[0] === 'fieldNames') continue;
    const { keys, lists } = places.get(said) ?? { keys: new Set(), lists: new Set() };
    places.set(said, {
      keys: keys.add(key.join('.')),
      // The parts of one page's list are spread into it.
      lists: lists.add(list.replace(/^organizer-.*/, 'organizer')),
    });
  }
  const twice = [...places].filter(
    ([, { keys, lists }]) => keys.size > 1 || (lists.size > 1 && !SHARED.some((list) => lists.has(list))),
  );
  expect(twice.map(([said, { keys }]) => `${said}: ${[...keys].join(', ')}`)).toEqual([]);
});

test('Chinese stands with the marks of Chinese', async () => {
  const wrong = /[\p{Script=Han}”」][,:;?!()]|[,:;!(][\p{Script=Han}“「]/u;
  const found = [...(await textsIn('zh'))].filter(([, text]) => wrong.test(text));
  expect(found).toEqual([]);
});
