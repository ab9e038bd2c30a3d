import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { violationsOf } from './axe.ts';
import { BROWSER_TIMEOUT_MS, startChromium, type TestBrowser } from './chromium.ts';

const MINUTE_MS = 60_000;

describe('a newcomer with a browser', () => {
  let test: TestTurnout;
  let browser: TestBrowser;

  beforeAll(async () => {
    await buildPages();
    [test, browser] = await Promise.all([startTestTurnout(), startChromium()]);
  }, BROWSER_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.stop();
    await test?.stop();
  });

  it('scans a first badge by the pages alone, and sees it counted', async () => {
    const { context } = browser;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const begunAt = performance.now();
    await page.goto(`${test.turnout.baseUrl}/?language=en`);
    await page.getByRole('button', { name: 'Open a door here' }).click();
    await page.getByRole('img', { name: 'QR code of a badge' }).waitFor();
    await page.getByRole('button', { name: 'Copy the code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open the door' }).click();
    const door = await opened;
    await door.locator('[data-ready][data-live]').waitFor();
    await door.getByRole('button', { name: 'Type a code' }).click();
    await door.getByLabel('Badge code').focus();
    await door.keyboard.press('ControlOrMeta+V');
    await door.keyboard.press('Enter');
    await door.locator('.verdict[data-outcome="admitted"]').getByText('Ada Lovelace').waitFor();
    const took = performance.now() - begunAt;
    console.log(`a newcomer's first badge: ${(took / 1000).toFixed(1)} s from the start page to the verdict`);
    expect(took).toBeLessThan(MINUTE_MS);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'See who is inside' }).click();
    await page.locator('.inside', { hasText: /^1$/ }).waitFor();
    await door.close();
  });
});
