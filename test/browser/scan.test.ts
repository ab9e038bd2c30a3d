import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { startDeployments } from './newer-version.ts';
import {
  aPhone,
  installed,
  type Network,
  type Phone,
  pairPhone,
  scanAt,
  startNetwork,
} from './scan-phone.ts';

/** A tab that is not seen runs its timers once a second. */
const SOON = { timeout: 15_000 };

describe('a phone at the door', () => {
  let turnout: TestTurnout;
  let network: Network;
  let own: OwnEvent;
  let codes: string[];
  const phones: Phone[] = [];
  const phone = async (options: Partial<Parameters<typeof aPhone>[0]> = {}) => {
    const made = await aPhone({ baseUrl: network.baseUrl, ...options });
    phones.push(made);
    return made;
  };
  const paired = async (role: 'scanner' | 'supervisor' = 'scanner', options = {}) => {
    const made = await phone(options);
    const { pairingCode } = await own.announce('Door', role);
    await pairPhone(made, network.baseUrl, pairingCode);
    return made;
  };
  const attendance = async () => {
    await turnout.turnout.host.drained();
    const params = { event: own.event, session: 'forum' };
    return (await own.client.call('GET /v1/events/{event}/sessions/{session}/attendance', { params })).body;
  };
  const storyOf = async (badge: string) => {
    const params = { event: own.event, badge };
    return (await own.client.call('GET /v1/events/{event}/badges/{badge}', { params })).body.scans;
  };

  beforeAll(async () => {
    turnout = await startTestTurnout({ empty: true });
    network = await startNetwork(turnout.turnout.host.port);
    own = await ownEvent(turnout, 'doors', [
      { sessionId: 'forum', kind: 'forum', admission: { opensAt: { before: 'PT30M' } } },
    ]);
    codes = await own.issue(
      Array.from({ length: 60 }, (_, index) => ({
        badgeId: `B-${index}`,
        category: 'delegate',
        name: `Person ${index}`,
      })),
    );
  }, BROWSER_TIMEOUT_MS);
  afterEach(async () => {
    await network.mend();
    for (const made of phones.splice(0)) await made.close();
  });
  afterAll(async () => {
    await network?.close();
    await turnout?.stop();
  });
  const code = (index: number): string => codes[index] ?? '';

  it('is paired by a link whose code does not stay in the address, and decides by the server', async () => {
    const { page } = await paired();
    expect(page.url()).toBe(`${network.baseUrl}/scan`);
    expect(await scanAt(page, code(0))).toMatchObject({
      outcome: 'admitted',
      text: expect.stringContaining('B-0'),
    });
    // No tap between two badges.
    expect(await scanAt(page, code(0))).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('Already inside'),
    });
    expect(await scanAt(page, 'T1.doors.made-up')).toMatchObject({ outcome: 'refused' });
    expect(await page.locator('.inside').innerText()).toMatch(/^\d+\s+inside\s+as of \d\d:\d\d:\d\d/);
  });

  it('goes on without network, through a reload, and sends everything once it is back', async () => {
    const made = await paired();
    const { page } = made;
    await installed(made);
    const before = (await attendance()).attended;
    await network.cut();
    expect(await scanAt(page, code(1))).toMatchObject({
      outcome: 'admitted',
      text: expect.stringContaining('Decided by this phone'),
    });
    expect(await scanAt(page, code(1))).toMatchObject({ outcome: 'refused' });
    await page.reload();
    await page.locator('[data-ready]').waitFor();
    // What was decided before the reload is remembered after it.
    expect(await scanAt(page, code(1))).toMatchObject({ outcome: 'refused' });
    expect(await scanAt(page, code(2))).toMatchObject({ outcome: 'admitted' });
    await page.locator('.link-waiting', { hasText: '2 scans wait' }).waitFor();
    expect((await attendance()).attended).toBe(before);
    await network.mend();
    await page.locator('[data-live]').waitFor();
    expect((await attendance()).attended).toBe(before + 2);
  });

  it('goes by the clock of the server where its own is wrong, without network and after a reload too', async () => {
    const made = await phone();
    const { page } = made;
    await page.addInitScript(`{
      const Right = Date;
      const now = () => Right.now() - 2 * 3_600_000;
      globalThis.Date = class extends Right {
        constructor(...parts) { super(...(parts.length > 0 ? parts : [now()])); }
        static now() { return now(); }
      };
    }`);
    const { pairingCode } = await own.announce('Slow', 'scanner');
    await pairPhone(made, network.baseUrl, pairingCode);
    await page.getByText('This phone’s clock is 2 hr slow').waitFor();
    await installed(made);
    await network.cut();
    // By its own clock the door is not yet open.
    expect(await scanAt(page, code(50))).toMatchObject({ outcome: 'admitted' });
    await page.reload();
    await page.locator('[data-ready]').waitFor();
    await page.getByText('This phone’s clock is 2 hr slow').waitFor();
    expect(await scanAt(page, code(51))).toMatchObject({ outcome: 'admitted' });
    await network.mend();
    await page.locator('[data-live]').waitFor();
    await turnout.turnout.host.drained();
    const [scan] = await storyOf('B-50');
    expect(Math.abs(Date.parse(scan?.scannedAt ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('has two tabs that send each scan once', async () => {
    const made = await paired();
    await installed(made);
    const second = await made.context.newPage();
    await second.goto(`${network.baseUrl}/scan`);
    await second.locator('[data-ready]').waitFor();
    const before = await attendance();
    await network.cut();
    await made.page.bringToFront();
    await scanAt(made.page, code(3));
    await second.bringToFront();
    await scanAt(second, code(4));
    expect(await scanAt(second, code(3))).toMatchObject({ outcome: 'refused' });
    await network.mend();
    await second.locator('[data-live]').waitFor();
    const after = await attendance();
    expect(after.entries - before.entries).toBe(2);
    expect(after.conflicts).toHaveLength(before.conflicts.length);
  });

  it('begins anew in every tab when one of them takes a newer version, but never where somebody is typing', async () => {
    const deployments = await startDeployments(turnout.turnout.host.port);
    try {
      const made = await phone();
      const { page } = made;
      const { pairingCode } = await own.announce('Updated', 'scanner');
      await pairPhone(made, deployments.baseUrl, pairingCode);
      await installed(made);
      const tabs = [page, await made.context.newPage(), await made.context.newPage()] as const;
      const [, idle, typing] = tabs;
      for (const tab of [idle, typing]) {
        await tab.goto(`${deployments.baseUrl}/scan`);
        await tab.locator('[data-ready]').waitFor();
      }
      const begun = (tab: Page) => tab.evaluate<number>('performance.timeOrigin');
      const before = await Promise.all(tabs.map(begun));
      const isAnew = async (index: 0 | 1 | 2) => (await begun(tabs[index])) !== before[index];
      await typing.bringToFront();
      await typing.getByRole('button', { name: 'Type a code' }).click();
      await typing.getByRole('textbox').fill('half a co');
      await page.bringToFront();
      deployments.deploy();
      await page.evaluate(
        'navigator.serviceWorker.getRegistration("/scan").then((known) => known.update()).then(() => true)',
      );
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByText('A new version is ready').click();
      for (const index of [0, 1] as const) await expect.poll(() => isAnew(index), SOON).toBe(true);
      expect(await typing.getByRole('textbox').inputValue()).toBe('half a co');
      expect(await isAnew(2)).toBe(false);
      await typing.bringToFront();
      await typing.getByRole('textbox').fill('');
      await typing.keyboard.press('Escape');
      await expect.poll(() => isAnew(2), SOON).toBe(true);
    } finally {
      await deployments.close();
    }
  });

  it('lets a supervisor, by keyboard alone, admit all the same and take back', async () => {
    const { page } = await paired('supervisor');
    await page.clock.install();
    await scanAt(page, code(7));
    await scanAt(page, code(7));
    /** @returns what was passed on the way */
    const goTo = async (name: string) => {
      const passed: string[] = [];
      // Tab by tab, as someone without a mouse does; a page of ours has fewer stops than this.
      for (let stops = 0; stops < 40; stops += 1) {
        await page.keyboard.press('Tab');
        const focused = String(
          await page.evaluate('document.activeElement?.closest("button, input")?.textContent ?? ""'),
        );
        if (focused.includes(name)) return passed;
        if (focused !== '') passed.push(focused);
      }
      throw new Error(`${name} cannot be reached by the keyboard`);
    };
    const press = async (name: string) => {
      await goTo(name);
      await page.keyboard.press('Enter');
    };
    // Nothing of the page beneath comes first, and who is there is not hurried.
    expect(await goTo('Admit all the same')).toEqual([]);
    await page.clock.fastForward(20_000);
    await page.keyboard.press('Enter');
    await press('Emergency');
    await page.locator('.verdict-attention').waitFor();
    expect(await page.locator('.verdict').innerText()).toContain('Admitted');
    await press('Next');
    await press('Take back');
    await page.locator('dialog').waitFor();
    await press('Take back');
    await page.locator('.last', { hasText: 'Taken back' }).waitFor();
    await page.locator('[data-live]').waitFor();
    const scans = await storyOf('B-7');
    expect(scans.filter(({ annulled }) => annulled !== null)).toHaveLength(1);
    expect(scans.find(({ override }) => override !== null)).toMatchObject({ override: 'Emergency' });
  });

  it('lets a supervisor register somebody, say how many are in the room, and find a badge', async () => {
    const { page } = await paired('supervisor');
    const before = await attendance();
    const open = async (name: string) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.locator('dialog').getByRole('button', { name }).click();
    };
    await open('Register somebody');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await network.cut();
    await page.getByRole('button', { name: 'Register and admit' }).click();
    await page.locator('dialog .problem', { hasText: 'needs the server' }).waitFor();
    // What was typed is still there, and is sent as the same registration.
    await network.mend();
    await page.getByRole('button', { name: 'Register and admit' }).click();
    await page.locator('.issued-admitted').waitFor();
    expect(await page.locator('.issued-badge').innerText()).toContain('Ada Lovelace');
    const walkInCode = await page.locator('.issued-code').innerText();
    await page.keyboard.press('Escape');
    const after = await attendance();
    expect(after.attended).toBe(before.attended + 1);

    // What was shown is their badge.
    expect(await scanAt(page, walkInCode)).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('Already inside'),
    });

    await open('Count heads');
    await page.getByLabel('People in the room now').fill('41');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.locator('dialog', { hasText: `41 counted, ${after.inside} by the scans` }).waitFor();
    expect((await attendance()).headCounts[0]).toMatchObject({ count: 41, inside: after.inside });
    await page.keyboard.press('Escape');

    await open('Find a person');
    await page.getByLabel('Name').fill('Person 9');
    await page.locator('dialog form button').click();
    await page.locator('dialog .row', { hasText: 'Person 9' }).first().click();
    await page.locator('.verdict-welcome').waitFor();
    expect(await storyOf('B-9')).toHaveLength(1);
  });

  it('with a full disk decides by the server, and without network says that it cannot decide', async () => {
    const bought = await paired();
    await installed(bought);
    await bought.kill();
    const made = await bought.restart();
    phones.push(made);
    const { page } = made;
    const before = (await attendance()).attended;
    // Before the page opens: a database that is open asks for its space once in half a minute.
    const devtools = await made.context.newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: network.baseUrl, quotaSize: 1 });
    await page.goto(`${network.baseUrl}/scan`);
    await page.locator('[data-ready][data-live]').waitFor();
    expect(await scanAt(page, code(10))).toMatchObject({ outcome: 'admitted' });
    await network.cut();
    expect(await scanAt(page, code(11))).toMatchObject({
      outcome: 'failed',
      text: expect.stringContaining('storage of this phone is full'),
    });
    await network.mend();
    await page.locator('[data-live]').waitFor();
    expect(await scanAt(page, code(11))).toMatchObject({ outcome: 'admitted' });
    expect((await attendance()).attended).toBe(before + 2);
    expect(await storyOf('B-11')).toHaveLength(1);
  });

  it('practises without counting', async () => {
    const { page } = await paired();
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Practise' }).click();
    expect(await scanAt(page, code(8))).toMatchObject({
      outcome: 'admitted',
      text: expect.stringContaining('not counted'),
    });
    expect(await storyOf('B-8')).toEqual([]);
  });
});
