import { beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { SIZE_BUDGETS, scriptSize } from './page-sizes.ts';

describe('what a page loads', () => {
  beforeAll(buildPages, BROWSER_TIMEOUT_MS);

  it.each(SIZE_BUDGETS)('$page: first scripts of at most $budget KB gzip', ({ page, budget }) => {
    const size = scriptSize(page);
    console.log(`${page}: ${size.toFixed(1)} KB of ${budget} KB`);
    expect(size).toBeGreaterThan(5);
    expect(size).toBeLessThanOrEqual(budget);
  });
});
