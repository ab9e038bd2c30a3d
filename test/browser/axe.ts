import axe from 'axe-core';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** What axe-core finds wrong by WCAG 2.2 AA: a line a rule, with the first element that breaks it. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  // Past the page's Content-Security-Policy, as the browser's own tools do it.
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return results.parse(found).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
};
