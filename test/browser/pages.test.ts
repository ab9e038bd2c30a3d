import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aScan, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { violationsOf } from './axe.ts';
import { BROWSER_TIMEOUT_MS, startChromium, type TestBrowser } from './chromium.ts';
import { fullHouse, OUTBOX } from './full-house.ts';

const MINUTE_MS = 60_000;

/** Further than the last thing on any page that these journeys pass. */
const MAX_TABS = 150;
const PHONE = { width: 390, height: 844 };

/** Goes on by the Tab key alone until it stands on what says so: its label, else its text. */
const tabTo = async (page: Page, says: string | RegExp): Promise<void> => {
  const pattern = typeof says === 'string' ? new RegExp(`^${says}`) : says;
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(`(() => { const at = document.activeElement;
      return (at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent ?? '').trim(); })()`);
    if (pattern.test(String(found))) return;
  }
  throw new Error(`not reached by the Tab key: ${says}`);
};

describe('the pages of a host', () => {
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

  it('let a newcomer scan a first badge, and see it counted', async () => {
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
    await door.locator('.verdict[data-outcome="admitted"]').waitFor();
    const took = performance.now() - begunAt;
    console.log(`a newcomer's first badge: ${(took / 1000).toFixed(1)} s from the start page to the verdict`);
    expect(took).toBeLessThan(MINUTE_MS);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'See who is inside' }).click();
    await page.locator('.inside', { hasText: /^1$/ }).waitFor();
    await door.close();
  });

  it('need no mouse: sign in, change a room, publish, and scan', async () => {
    const { context } = browser;
    const page = await context.newPage();
    await page.goto(`${test.turnout.baseUrl}/?language=en`);
    await page.getByRole('link', { name: 'Sign in as organizer' }).waitFor();
    await tabTo(page, 'Sign in as organizer');
    await page.keyboard.press('Enter');
    await page.locator('.board').waitFor();
    await tabTo(page, 'Opening ceremony');
    await page.keyboard.press('Enter');
    await page.getByLabel('Capacity (empty').waitFor();
    await tabTo(page, 'Capacity');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('321');
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await page.getByText('Saved.').waitFor();
    await page.reload();
    await page.getByLabel('Capacity (empty').waitFor();
    expect(await page.getByLabel('Capacity (empty').inputValue()).toBe('321');
    await tabTo(page, 'Announcements');
    await page.keyboard.press('Enter');
    await page.getByText('New announcement').waitFor();
    await tabTo(page, 'New announcement');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Title');
    await page.keyboard.type('By hand');
    await tabTo(page, 'Text');
    await page.keyboard.type('No mouse was near.');
    await tabTo(page, 'Save as draft');
    await page.keyboard.press('Enter');
    const article = page.getByRole('article').filter({ hasText: 'By hand' });
    await article.waitFor();
    await tabTo(page, 'Publish now');
    await page.keyboard.press('Enter');
    await article.getByText('cannot be called back').waitFor();
    await tabTo(page, 'Yes, do it');
    await page.keyboard.press('Enter');
    await article.getByText('Published ·').waitFor();
    await page.goto(`${test.turnout.baseUrl}/scan`);
    await page.locator('[data-ready]').waitFor();
    await tabTo(page, 'Type a code');
    await page.keyboard.press('Enter');
    await page.getByLabel('Badge code').waitFor();
    await page.keyboard.type(present(test.badges[0]).code);
    await page.keyboard.press('Enter');
    await page.locator('.verdict[data-outcome="admitted"]').waitFor();
    await page.close();
  });

  it('show the same counts in two browsers, as people come and go', async () => {
    const { baseUrl } = test.turnout;
    const contexts = [browser.context, await present(browser.context.browser()).newContext()];
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    await Promise.all(
      pages.map(async (page) => {
        await page.goto(`${baseUrl}/organizer?as=viewer&language=en`);
        await page.getByText('Live', { exact: true }).waitFor();
      }),
    );
    const row = (page: Page) =>
      page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Opening ceremony' }) });
    const door = present(test.credentials.devices[0]);
    const enter = (from: number, to: number, direction: 'entry' | 'exit') =>
      sendScans(
        test.credentials,
        door.token,
        test.badges.slice(from, to).map(({ code }) => aScan(code, { direction })),
      );
    await enter(10, 30, 'entry');
    for (const page of pages) await row(page).locator('.inside', { hasText: /^20$/ }).waitFor();
    await enter(10, 14, 'exit');
    for (const page of pages) await row(page).locator('.inside', { hasText: /^16$/ }).waitFor();
    const [first, second] = await Promise.all(
      pages.map((page) => page.locator('.board tbody .inside').allInnerTexts()),
    );
    expect(first?.toSorted()).toEqual(second?.toSorted());
    await present(contexts[1]).close();
    await present(pages[0]).close();
  });

  it('show announcements as notifications once somebody has tapped and confirmed', async () => {
    const { context } = browser;
    const { baseUrl, event } = test.credentials;
    const pushService = await startEndpoint();
    await context.grantPermissions(['notifications']);
    const page = await context.newPage();
    // The browser's own push service is not on this machine: this one takes its place.
    await page.addInitScript(`globalThis.asked = 0;
      const ask = Notification.requestPermission.bind(Notification);
      Notification.requestPermission = () => { globalThis.asked += 1; return ask(); };
      PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
        const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
          .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        const keys = { p256dh: text(await crypto.subtle.exportKey('raw', publicKey)), auth: text(new Uint8Array(16)) };
        if (applicationServerKey.length !== 65) throw new Error('no key of the server');
        return { toJSON: () => ({ endpoint: '${pushService.url}', keys }) };
      };`);
    await page.goto(`${baseUrl}/announcements/${event}?language=en`);
    await page.getByRole('link', { name: 'Or as notifications on this device' }).click();
    await page.getByRole('button', { name: 'Notify me' }).waitFor();
    expect(await page.evaluate('asked')).toBe(0);
    await page.getByRole('button', { name: 'Notify me' }).click();
    await page.getByText('Tap the notification').waitFor();
    await expect.poll(() => pushService.arrivals.length, { timeout: 20_000 }).toBe(1);
    pushService.stop();
    const cdp = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL === `${baseUrl}/notify`);
        if (own) resolve(own.registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    await cdp.send('ServiceWorker.deliverPushMessage', {
      origin: baseUrl,
      registrationId: await registered,
      data: JSON.stringify({
        title: 'Winners',
        body: 'They are known.',
        tag: 'a1',
        announcementId: 'a1',
        event,
      }),
    });
    const shown = `navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
      .then((all) => all.map(({ title, body, tag }) => [title, body, tag]))`;
    await expect.poll(() => page.evaluate(shown)).toEqual([['Winners', 'They are known.', 'a1']]);
    await page.close();
  });

  it('can be used by everybody in the dark, on a phone', async () => {
    const page = await browser.context.newPage();
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.goto(`${test.turnout.baseUrl}/organizer?as=organizer&language=en`);
    await page.locator('.board').waitFor();
    for (const { name, path, content } of await fullHouse(test.credentials, test.data)) {
      if (name === OUTBOX) continue;
      await page.goto(`${test.turnout.baseUrl}${path}`);
      await page.locator(content).first().waitFor();
      expect(await violationsOf(page), name).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name).toBe(true);
    }
    await page.close();
  });
});
