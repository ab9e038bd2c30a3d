import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import { aScan, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { violationsOf } from './axe.ts';
import { BROWSER_TIMEOUT_MS, startChromium, type TestBrowser } from './chromium.ts';

const CONFLICTS = 200;

describe('an organizer whose plans change', () => {
  let test: TestTurnout;
  let browser: TestBrowser;
  let page: Page;
  let own: OwnEvent;
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildPages();
    [test, browser] = await Promise.all([startTestTurnout({ empty: true }), startChromium()]);
    own = await ownEvent(test, 'plans', [{ sessionId: 'main' }, { sessionId: 'overflow' }]);
    page = await browser.context.newPage();
    page.on('console', (said) => said.text().includes('Content Security') && complaints.push(said.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${test.turnout.baseUrl}/organizer?event=plans&as=organizer&language=en`);
  }, BROWSER_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.stop();
    await test?.stop();
  });

  const session = async (id: string) =>
    (
      await own.client.call('GET /v1/events/{event}/sessions/{session}', {
        params: { event: 'plans', session: id },
      })
    ).body;

  it('has people told where a full session continues, and a notice drafted when one is cancelled', async () => {
    await page.getByRole('link', { name: 'main' }).click();
    await page.getByLabel('When this session is full').selectOption('publish');
    await page.getByLabel('It continues in').selectOption('overflow');
    await page
      .getByRole('form', { name: 'Tell people by itself' })
      .getByRole('button', { name: 'Save' })
      .click();
    await page.getByText('Saved.').waitFor();
    expect((await session('main')).whenFull).toEqual({ mode: 'publish', continuesIn: 'overflow' });
    await page.getByRole('button', { name: 'Cancel this session' }).click();
    await page.getByText('Every door refuses entry').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await page.getByRole('link', { name: 'See the notices that wait.' }).click();
    const notice = page.getByRole('article').filter({ hasText: 'main is cancelled' });
    await notice.getByRole('button', { name: 'Publish now' }).waitFor();
    expect((await session('main')).cancelled).toBe(true);
  });

  it('gives a journalist a link under embargo, sees that it was opened, and ends it', async () => {
    const notice = page.getByRole('article').filter({ hasText: 'main is cancelled' });
    await notice.getByRole('button', { name: 'Schedule' }).click();
    await notice.getByLabel(/Publish at/).fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 16));
    await notice.getByRole('button', { name: 'Yes, do it' }).click();
    await notice.getByLabel('For (name, newspaper)').fill('Ada, The Times');
    await notice.getByRole('button', { name: 'Make a link' }).click();
    const url = await notice.getByLabel('For Ada, The Times').inputValue();
    expect((await fetch(url)).status).toBe(200);
    await notice
      .getByRole('row', { name: /Ada, The Times/ })
      .getByText(/^once/)
      .waitFor({ timeout: 15_000 });
    expect(await violationsOf(page)).toEqual([]);
    await notice.getByRole('button', { name: 'Revoke' }).click();
    await notice.getByRole('button', { name: 'Really revoke Ada, The Times' }).click();
    await notice.getByText(/Revoked at/).waitFor();
    expect((await fetch(url)).status).not.toBe(200);
  });

  it('reads why some did not get an announcement, and how many are written to no more', async () => {
    const store = subscriberStore(dynamo(), test.turnout.host.table('Subscribers'));
    const params = { event: 'plans' };
    for (const box of ['bounce', 'complaint', 'full']) {
      const endpoint = `${box}+${randomUUID()}@simulator.amazonses.com`;
      const { subscriptionId } = (
        await own.client.call('POST /v1/events/{event}/subscriptions', {
          params,
          body: { protocol: 'email', endpoint, language: 'en' },
        })
      ).body;
      await test.turnout.host.drained();
      await store.change('plans', subscriptionId, { status: 'confirmed' });
    }
    await own.organizer('POST', '/announcements', {
      kind: 'notice',
      content: { en: { title: 'Doors open earlier', body: 'At 18:00.' } },
    });
    await page.reload();
    const article = page.getByRole('article').filter({ hasText: 'Doors open earlier' });
    await article.getByRole('button', { name: 'Publish now' }).click();
    await article.getByRole('button', { name: 'Yes, do it' }).click();
    await article.getByText('Published ·').waitFor();
    await test.turnout.host.drained();
    await article.getByRole('button', { name: 'Deliveries' }).click();
    const causes = article.getByRole('table', { name: 'Why some did not get it' });
    await causes
      .getByRole('row', { name: 'The mail came back (Permanent, General) E-mail written to no more 1' })
      .waitFor();
    await causes
      .getByRole('row', { name: 'The mail came back (Transient, MailboxFull) E-mail failed 1' })
      .waitFor();
    await article.getByText('2 are written to no more').click();
    await article.getByText('E-mail: The reader complained (abuse)').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('drops a schedule, sees what it would do, and only then takes it in', async () => {
    await page.getByRole('link', { name: 'Import' }).click();
    const stored = async () =>
      (await own.client.call('GET /v1/events/{event}/programme', { params: { event: 'plans' } })).body
        .sessions;
    const drop = (content: object) =>
      page.getByLabel(/Drop a list/).setInputFiles({
        name: 'plans.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(content)),
      });
    const before = await stored();
    const [main] = before;
    const row = (id: string, more: object = {}) => ({
      sessionId: id,
      title: { en: id },
      venueId: 'hall',
      startsAt: main?.startsAt,
      endsAt: main?.endsAt,
      ...more,
    });
    await drop({ sessions: [row('night', { roomId: 'nowhere' })] });
    await page.getByText('/sessions/0/roomId the venue hall has no room nowhere').waitFor();
    expect(await page.getByRole('button', { name: /^Import/ }).isDisabled()).toBe(true);
    await drop({ sessions: [row('night'), row('main', { title: { en: 'main stage' } })] });
    const file = page
      .getByRole('region')
      .or(page.locator('section'))
      .filter({ hasText: 'plans.json: a programme' });
    await file.last().getByText('overflow').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await stored()).toEqual(before);
    await page.getByRole('button', { name: 'Import 2 changes' }).click();
    await page.getByText('1 created, 1 updated').waitFor();
    expect((await stored()).map(({ sessionId }) => sessionId).sort()).toEqual(['main', 'night', 'overflow']);
  });

  it(`reads ${CONFLICTS} conflicts of two doors that were alone, and scrolls them by keyboard`, async () => {
    const codes = await own.issue(
      Array.from({ length: CONFLICTS }, (_, index) => ({
        badgeId: `B-${index}`,
        category: 'delegate' as const,
      })),
    );
    for (const name of ['North door', 'South door']) {
      const { token } = await own.pair(name);
      for (let start = 0; start < CONFLICTS; start += 100) {
        const scans = codes
          .slice(start, start + 100)
          .map((code) => aScan(code, { sessionId: 'overflow', admittedOffline: true }));
        await sendScans({ ...test.credentials, event: 'plans' }, token, scans);
      }
    }
    await test.turnout.host.drained();
    await page.goto(`${test.turnout.baseUrl}/organizer/rooms/overflow?event=plans`);
    const rows = page.getByRole('table', { name: 'Conflicts' }).getByRole('row', { name: 'Already inside' });
    await rows.nth(CONFLICTS - 1).waitFor();
    expect(await rows.first().innerText()).toMatch(/South door.*North door/s);
    await page.getByRole('region', { name: 'Conflicts' }).focus();
    await page.keyboard.press('End');
    await expect.poll(() => rows.last().isVisible()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('meets a server that fails for a while, and goes on by itself with what was being written', async () => {
    const fails = (status: number) =>
      page.route('**/v1/events/plans', (route) => route.fulfill({ status, body: '{"message":"no"}' }));
    await fails(500);
    await page.goto(`${test.turnout.baseUrl}/organizer/event?event=plans&language=zh`);
    await page.getByText('服务器出错').waitFor();
    await page.unroute('**/v1/events/plans');
    await page.getByRole('heading', { level: 1, name: 'plans' }).waitFor({ timeout: 15_000 });
    expect(await page.title()).toBe('活动 · Turnout');
    await page.goto(`${test.turnout.baseUrl}/organizer/announcements?event=plans&language=en`);
    await page.getByText('New announcement').click();
    await page.getByLabel('Title').first().fill('Half written');
    await page.getByLabel('Text').first().fill('In one language.');
    await page.getByLabel('Title').nth(1).fill('写了一半');
    await page.getByRole('link', { name: 'Doors' }).click();
    await page.getByRole('heading', { level: 1, name: 'Doors' }).waitFor();
    expect(await page.title()).toBe('Doors · Turnout');
    await page.goBack();
    expect(await page.getByLabel('Title').first().inputValue()).toBe('Half written');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByText('Something here is not right yet. (中文 Text)').waitFor();
    await page.getByLabel('Text').nth(1).fill('两种语言。');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByRole('article').filter({ hasText: 'Half written' }).waitFor();
    expect(await page.getByLabel('Title').first().inputValue()).toBe('');
  });

  it('closes and deletes the event only by typing its name', async () => {
    await page.getByRole('link', { name: 'Event' }).click();
    const close = page.getByRole('button', { name: 'Close all doors' });
    expect(await close.isDisabled()).toBe(true);
    await page.getByLabel('Type plans to confirm').first().fill('plans');
    await close.click();
    await page.getByText('Closed since').waitFor();
    await page.getByRole('button', { name: 'Open it again' }).click();
    await page.getByText('Closed since').waitFor({ state: 'detached' });
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('Type plans to confirm').last().fill('plans');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { name: 'plans is deleted' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
