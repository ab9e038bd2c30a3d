import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { FLAGS, installedChromium } from '../test/browser/chromium.ts';

/** A browser that exposes what is measured: exact memory, and garbage collected when it is asked for. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: installedChromium(),
    args: [...FLAGS, '--enable-precise-memory-info'],
  });

/** A fresh browser profile in which an organizer is signed in, and nothing of the pages is cached. */
export const signedIn = async (browser: Browser, baseUrl: string): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const answer = await context.request.post(`${baseUrl}/local/sign-in?role=organizer`, {
    headers: { origin: baseUrl },
  });
  if (!answer.ok()) throw new Error(`no sign-in: ${answer.status()}`);
  return context;
};
