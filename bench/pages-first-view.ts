import type { Browser } from 'playwright-core';
import * as z from 'zod';
import type { EveryPage } from '../test/browser/full-house.ts';
import { signedIn } from './pages-browser.ts';
import { type Spread, spreadOf } from './statistics.ts';

const SLOWER = 4;
const PATIENCE_MS = 15_000;

/** When the content was there and painted, ms after the navigation began. */
const watchFor = (content: string): string => `
  globalThis.contentAt = new Promise((there, never) => {
    setTimeout(() => never(new Error('nothing there: ' + document.title)), ${PATIENCE_MS});
    const look = () => {
      if (!document.querySelector(${JSON.stringify(content)})) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => there(performance.now())));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, attributes: true });
    document.addEventListener('DOMContentLoaded', look);
  });`;

const times = z.object({ painted: z.number(), content: z.number() });

/** First paint and content of a page on a slow phone's processor, nothing cached, an organizer signed in. */
export const measureFirstView = async (
  browser: Browser,
  baseUrl: string,
  { name, path, content }: EveryPage,
  repetitions: number,
): Promise<{
  readonly name: string;
  readonly path: string;
  readonly paintedMs: Spread;
  readonly contentMs: Spread;
}> => {
  const painted: number[] = [];
  const there: number[] = [];
  for (let round = 0; round < repetitions; round += 1) {
    const context = await signedIn(browser, baseUrl);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.addInitScript(watchFor(content));
    await page.goto(`${baseUrl}${path}`, { waitUntil: 'commit' });
    const found = times.parse(
      await page.evaluate(`contentAt.then((content) => ({
        content, painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? content }))`),
    );
    painted.push(found.painted);
    there.push(found.content);
    await context.close();
  }
  return { name, path, paintedMs: spreadOf(painted, 0), contentMs: spreadOf(there, 0) };
};
