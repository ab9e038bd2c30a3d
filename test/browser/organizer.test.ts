import type { Page } from 'playwright-core';
import { getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { apiClient } from '../../shared/client/api.ts';
import { aScan, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { violationsOf } from './axe.ts';
import { BROWSER_TIMEOUT_MS, startChromium, type TestBrowser } from './chromium.ts';

/** As narrow as a page enlarged to 400 % on a screen of 1280 (WCAG 1.4.10). */
const PHONE = { width: 320, height: 844 };

describe('an organizer with a browser', () => {
  let test: TestTurnout;
  let browser: TestBrowser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildPages();
    [test, browser] = await Promise.all([startTestTurnout(), startChromium()]);
    page = await browser.context.newPage();
    page.on(
      'console',
      (message) => message.text().includes('Content Security') && complaints.push(message.text()),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
  }, BROWSER_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.stop();
    await test?.stop();
  });

  const enter = async (from: number, to: number) => {
    const { credentials, badges } = test;
    const door = present(credentials.devices[0]);
    const scans = badges.slice(from, to).map(({ code }) => aScan(code, { admittedOffline: true }));
    const results = await sendScans(credentials, door.token, scans);
    expect(results.map(({ outcome }) => outcome)).toEqual(scans.map(() => 'admitted'));
  };
  /** By another organizer, while this one writes. */
  const changeElsewhere = async () => {
    const { baseUrl, event, organizerToken } = test.credentials;
    const api = apiClient({ baseUrl, token: organizerToken });
    const { body } = await api.call('GET /v1/events/{event}/announcements', { params: { event } });
    const { announcementId } = present(
      body.items.find(({ content }) => content['en']?.title === 'Digital report'),
    );
    const params = { event, announcement: announcementId };
    const path = '/v1/events/{event}/announcements/{announcement}' as const;
    const { etag: ifMatch } = await api.call(`GET ${path}`, { params });
    await api.call(`PATCH ${path}`, {
      params,
      ifMatch,
      body: { content: { en: { body: 'Changed elsewhere.' } } },
    });
  };
  const row = () =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Opening ceremony' }) });

  it('finds the programme on the start page, and signs in there', async () => {
    await page.goto(`${test.turnout.baseUrl}/?language=en`);
    await page.getByRole('heading', { name: 'On now and next' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in as organizer' }).click();
    await page.getByRole('heading', { name: 'Rooms' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(
      await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).not.toContain('eyJ');
  });

  it('sees people come in without asking for it, and stays signed in over a reload', async () => {
    await enter(0, 3);
    await row().locator('.inside', { hasText: /^3$/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await row().locator('.inside', { hasText: /^3$/ }).waitFor();
  });

  it('looks into a room, sees which door is behind, and changes its capacity', async () => {
    const { baseUrl, event, devices } = test.credentials;
    const door = apiClient({ baseUrl, token: present(devices[0]).token });
    const body = { scans: [aScan('a badge of nobody')], queued: 40 };
    await door.call('POST /v1/events/{event}/check-ins', { params: { event }, body });
    await row().getByRole('link').click();
    await page.getByRole('heading', { name: 'Minute by minute' }).waitFor();
    await page.locator('.chart canvas').waitFor();
    await page.getByText('Door 1 · 40 scans wait').waitFor();
    await page
      .getByRole('table', { name: 'Turned away' })
      .getByRole('row', { name: 'Unknown badge 1' })
      .waitFor();
    const last = page.getByRole('table', { name: 'Last scans' });
    await last.getByRole('row', { name: /refused: Unknown badge Door 1/ }).waitFor();
    await sendScans(test.credentials, present(devices[0]).token, [aScan('nobody either')]);
    await last
      .getByRole('row', { name: /unknown badge/ })
      .nth(1)
      .waitFor();
    await page.getByLabel('Capacity (empty').fill('4');
    await page.getByLabel('When full').selectOption('enforced');
    const admission = page.getByRole('form', { name: 'Capacity and admission' });
    await admission.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Who is inside now?' }).click();
    await page.getByText('3 inside at').waitFor();
    await page.getByLabel('Heads counted now').fill('2');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('Kept: 2.').waitFor();
    await page.getByRole('cell', { name: '+1', exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await page.getByLabel('Capacity (empty').waitFor();
    expect(await page.getByLabel('Capacity (empty').inputValue()).toBe('4');
  });

  it('pairs a phone by a code, and takes a door away again', async () => {
    await page.getByRole('link', { name: 'Doors' }).click();
    await page.getByLabel('Name').fill('North door');
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    const door = page.getByRole('row').filter({ hasText: 'North door' });
    await door.getByRole('button', { name: 'Revoke' }).click();
    await door.getByRole('button', { name: 'Really revoke North door' }).click();
    await door.getByText('Revoked at').waitFor();
  });

  it('imports a list of another system after looking at what it becomes', async () => {
    await page.getByRole('link', { name: 'Import' }).click();
    const csv =
      'Order code,Position ID,Product,Attendee name,Status\nAB12,1,VIP ticket,Ada Lovelace,Paid\nAB13,1,Ticket,Alan Turing,Canceled\n';
    await page
      .getByLabel(/Drop a list/)
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await expect.poll(() => page.getByLabel('VIP ticket').inputValue()).toBe('vip');
    await page.getByText('1 left out: Canceled').waitFor();
    await page.getByRole('button', { name: 'Compare 1 rows' }).click();
    await page.getByRole('button', { name: 'Import 1 badges' }).click();
    await page.getByText('1 created, 0 updated').waitFor();
  });

  it('maps the columns of any list, and sees what would change before it does', async () => {
    const csv = [
      'Nr;Teilnehmer;Haus;Karte',
      'AB12-1;Ada King;Analytical;VIP',
      'AB12-2;Grace Hopper;Navy;Gold',
      'AB12-2;Grace Murray;Navy;Gold',
      ';Nobody;;',
    ].join('\n');
    await page
      .getByLabel(/Drop a list/)
      .setInputFiles({ name: 'gäste.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText(/No column of the list tells/).waitFor();
    await page.getByLabel('Badge number').selectOption('Nr');
    await page.getByLabel('Name', { exact: true }).selectOption('Teilnehmer');
    await page.getByText('Ada King · Grace Hopper').waitFor();
    await page.getByLabel('Company').selectOption('Haus');
    await page.getByLabel('Ticket or category').selectOption('Karte');
    await page.getByLabel('Gold', { exact: true }).selectOption('speaker');
    await page.getByRole('button', { name: 'Compare 4 rows' }).click();
    await page.getByRole('heading', { name: 'What an import would do' }).waitFor();
    await page
      .getByRole('row', { name: 'AB12-1 Name: Ada Lovelace → Ada King Company: – → Analytical' })
      .waitFor();
    await page.getByRole('row', { name: 'line 4 AB12-2 Badge number is that of row 2 too' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import 2 badges' }).click();
    await page.getByText('1 created, 1 updated').waitFor();
    await page.goto(`${test.turnout.baseUrl}/organizer/people/AB12-2`);
    await page.getByText('Grace Hopper').waitFor();
  });

  it('reads the story of a badge, takes a scan back, and prints the badge anew', async () => {
    const { badgeId } = present(test.badges[2]);
    await page.goto(`${test.turnout.baseUrl}/organizer/people/${badgeId}`);
    await page.getByRole('cell', { name: 'admitted' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take back' }).click();
    const story = page.getByRole('row').filter({ hasText: 'Opening ceremony' });
    await story.getByLabel('Reason').fill('wrong door');
    await story.getByRole('button', { name: 'Take this scan back' }).click();
    await story.getByText('annulled: wrong door').waitFor();
    await page.getByLabel('Reason').fill('lost');
    await page.getByRole('button', { name: 'Re-issue' }).click();
    await page.getByText(/Re-issued at .*: lost/).waitFor();
    await page.getByRole('link', { name: 'Print this badge' }).click();
    await page.locator('.label', { hasText: badgeId }).waitFor();
    await page.getByLabel('Paper').selectOption('roll');
    expect(await violationsOf(page)).toEqual([]);
    const pdf = await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true })));
    expect(pdf.numPages).toBe(1);
    const { view } = await pdf.getPage(1);
    expect(view.slice(2).map((points) => Math.round((points / 72) * 25.4))).toEqual([62, 100]);
    await page.getByRole('link', { name: 'Rooms' }).click();
    await row().locator('.inside', { hasText: /^2$/ }).waitFor();
  });

  it('publishes only after a second step, corrects, and overwrites nobody', async () => {
    await page.getByRole('link', { name: 'Announcements' }).click();
    await page.getByText('New announcement').click();
    const english = page.getByRole('group', { name: 'English' }).first();
    await english.getByLabel('Title').fill('Digital report');
    await english.getByLabel('Text').fill('It is out.');
    await page.getByText('As it will be').click();
    const preview = page.getByRole('region', { name: 'Preview: Mail' });
    await preview.getByRole('heading', { name: 'Digital report' }).waitFor();
    await english.getByLabel('Text').fill('It is out, at last.');
    await preview.locator('p', { hasText: 'It is out, at last.' }).last().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Webhook (JSON)' }).click();
    await page.getByText('"type": "io.turnout.announcement.published.v1"').waitFor();
    await page.getByRole('button', { name: 'On phones' }).click();
    await page.locator('.notification', { hasText: 'It is out, at last.' }).waitFor();
    await english.getByLabel('Text').fill('It is out.');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    const article = page.getByRole('article').filter({ hasText: 'Digital report' });
    await article.getByRole('button', { name: 'Change', exact: true }).click();
    await article.getByLabel('Text').first().fill('It is out now.');
    await changeElsewhere();
    await article.getByRole('button', { name: 'Save' }).click();
    await article.getByText('Somebody else changed this').waitFor();
    await article.getByText('Changed elsewhere.').waitFor();
    await article.getByRole('button', { name: 'Publish now' }).click();
    await article.getByText('cannot be called back').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await article.getByRole('button', { name: 'Yes, do it' }).click();
    await article.getByText('Published ·').waitFor();
    await article.getByRole('button', { name: 'Correct' }).click();
    await article.getByLabel('Text').first().fill('It is out, with its annex.');
    await article.getByLabel('What was corrected').fill('The annex was missing.');
    await article.getByRole('button', { name: 'Yes, do it' }).click();
    await article.getByText('Corrected ·').waitFor();
    await article.getByRole('button', { name: 'Deliveries' }).click();
    await article.getByText('Edition 2').waitFor();
    await article.getByRole('columnheader', { name: 'Suppressed' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('is readable in Chinese on a phone, by itself, without a sideways scroll', async () => {
    await page.setViewportSize(PHONE);
    for (const path of [
      '/',
      '/organizer',
      '/organizer/doors',
      '/organizer/people/B-000003',
      '/organizer/print/B-000001',
      '/organizer/import',
      '/organizer/announcements',
      '/organizer/event',
      '/organizer/rooms/opening-ceremony',
      '/announcements/gdec-2023',
      '/rooms/gdec-2023',
    ]) {
      await page.goto(`${test.turnout.baseUrl}${path}?language=zh`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.top').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
      await page.locator('main').getByText('正在读取').waitFor({ state: 'detached' });
      const scrolling =
        "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth).length";
      expect(await page.evaluate(scrolling), path).toBe(0);
      expect(await violationsOf(page), path).toEqual([]);
    }
    for (const path of ['rooms/nowhere', 'romms']) {
      await page.goto(`${test.turnout.baseUrl}/organizer/${path}?language=en`);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }
    expect(await page.title()).toBe('There is no such page · Turnout');
    await page.getByRole('link', { name: 'To the first page' }).click();
    await page.getByRole('heading', { level: 1, name: 'Rooms' }).waitFor();
  });

  it('signs in as at a deployment: by pages of the issuer, with nothing kept where a script could read it', async () => {
    const elsewhere = await browser.context.newPage();
    await browser.context.route('**/site.json', (route) =>
      route.fulfill({ json: { event: test.credentials.event, local: false } }),
    );
    await elsewhere.goto(`${test.turnout.baseUrl}/organizer/doors?language=en`);
    await elsewhere.getByRole('button', { name: 'Sign in' }).click();
    await elsewhere.getByRole('link', { name: 'Sign in as organizer' }).click();
    await elsewhere.getByRole('heading', { name: 'Doors' }).waitFor();
    expect(elsewhere.url()).toBe(`${test.turnout.baseUrl}/organizer/doors?language=en`);
    expect(
      await elsewhere.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).not.toContain('eyJ');
    // A token that the API takes no more: what is being written outlives another sign-in in a window beside.
    await elsewhere.getByLabel('Name').fill('South door');
    await elsewhere.route('**/v1/**', (route) => {
      const { authorization: _, ...headers } = route.request().headers();
      return route.continue({ headers });
    });
    await elsewhere.getByRole('button', { name: 'Make a code' }).click();
    const again = elsewhere.getByRole('button', { name: 'Sign in again' });
    await again.waitFor();
    expect(await violationsOf(elsewhere)).toEqual([]);
    await elsewhere.unroute('**/v1/**');
    await again.click();
    await again.waitFor({ state: 'detached' });
    await elsewhere.getByText('Live', { exact: true }).waitFor();
    await elsewhere.getByRole('button', { name: 'Make a code' }).click();
    await elsewhere.getByRole('img', { name: /QR code/ }).waitFor();
    await elsewhere.getByRole('button', { name: 'Done' }).click();
    await elsewhere.getByRole('row').filter({ hasText: 'South door' }).waitFor();
    // The issuer knows this browser until it is told to forget it.
    await elsewhere.reload();
    await elsewhere.getByRole('button', { name: 'Sign in' }).click();
    await elsewhere.getByRole('heading', { name: 'Doors' }).waitFor();
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await elsewhere.getByText('You are signed out, here and where you signed in.').waitFor();
    await elsewhere.getByRole('button', { name: 'Sign in' }).click();
    await elsewhere.getByRole('link', { name: 'Sign in as viewer' }).waitFor();
    await elsewhere.close();
    await browser.context.unroute('**/site.json');
  });

  it('is told when the server is gone, and goes on by itself when it is back', async () => {
    await page.goto(`${test.turnout.baseUrl}/organizer?language=en`);
    await page.getByText('Live', { exact: true }).waitFor();
    const { port } = test.turnout.host;
    await test.turnout.stop();
    await page.getByRole('alert').getByText('Not connected').waitFor();
    test = { ...(await startTestTurnout({ data: test.data, port })) };
    await page.getByText('Live', { exact: true }).waitFor();
    await row().locator('.inside', { hasText: /^2$/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
