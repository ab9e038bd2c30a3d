import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../dist/web', import.meta.url));
const KB = 1000;
const IMPORTS = /(?:import|from)\s*["'](\.{1,2}\/[^"']+\.js)["']/g;
/** Of the word lists a page loads one. */
const WORDS = /import\(`(\.\/words-[^`]+\.js)`\)/g;

/** Pages of the build and what their scripts may weigh, KB gzip; workers and what comes on demand not counted. */
export const SIZE_BUDGETS = [
  { page: 'start/index.html', budget: 10 },
  { page: 'notify/index.html', budget: 10 },
  { page: 'organizer/index.html', budget: 90 },
  { page: 'scan/index.html', budget: 60 },
] as const;

/** Scripts and what they import. */
const withImports = (scripts: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const queue = [...scripts];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(IMPORTS))
      queue.push(join(file, '..', name ?? ''));
  }
  return found;
};

/** Scripts that are there before a page shows anything: named by the page, and what they import. */
const firstScripts = (page: string): ReadonlySet<string> => {
  const html = readFileSync(join(folder, page), 'utf8');
  return withImports([...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file ?? ''));
};

const gzipped = (file: string): number => gzipSync(readFileSync(join(folder, file))).length;

/** KB gzip of scripts together. */
const weight = (scripts: Iterable<string>): number =>
  [...scripts].reduce((sum, file) => sum + gzipped(file), 0) / KB;

/** KB gzip of the scripts that a built page needs to show something, its longer list of words with them. */
export const scriptSize = (page: string): number => {
  const scripts = firstScripts(page);
  const lists = [...scripts].flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(WORDS)].map(([, name]) =>
      withImports([join(file, '..', name ?? '')]),
    ),
  );
  const beside = lists.map((list) => weight([...list].filter((file) => !scripts.has(file))));
  return weight(scripts) + Math.max(0, ...beside);
};
