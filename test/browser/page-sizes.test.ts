import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';

const folder = fileURLToPath(new URL('../../dist/web', import.meta.url));
const KB = 1000;
const IMPORTS = /(?:import|from)\s*["'](\.{1,2}\/[^"']+\.js)["']/g;

/** Scripts that are there before a page shows anything: named by the page, and what they import. */
const firstScripts = (page: string): ReadonlySet<string> => {
  const html = readFileSync(join(folder, page), 'utf8');
  const found = new Set<string>();
  const queue = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file ?? '');
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(IMPORTS))
      queue.push(join(file, '..', name ?? ''));
  }
  return found;
};
const gzipped = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);

describe('what a page loads', () => {
  beforeAll(buildPages, BROWSER_TIMEOUT_MS);

  it.each([
    ['organizer/index.html', 90],
    ['scan/index.html', 60],
  ])('%s: first scripts of at most %i KB gzip', (page, budget) => {
    const size = gzipped(firstScripts(page));
    console.log(`${page}: ${(size / KB).toFixed(1)} KB of ${budget} KB`);
    expect(size).toBeGreaterThan(1 * KB);
    expect(size).toBeLessThanOrEqual(budget * KB);
  });
});
