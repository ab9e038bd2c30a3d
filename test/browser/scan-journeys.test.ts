import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import { writeQrVideo } from '../support/qr-video.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { violationsOf } from './axe.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import {
  aPhone,
  installed,
  type Network,
  type Phone,
  pairPhone,
  scanAt,
  startNetwork,
  wedgeAll,
} from './scan-phone.ts';

const OFFLINE_SCANS = 200;
/** Each scan is on the disk before the next: a slow disk takes its time. */
const ON_DISK_MS = 90_000;

describe('a day at the doors', () => {
  let turnout: TestTurnout;
  let network: Network;
  let own: OwnEvent;
  let codes: string[];
  const folder = mkdtempSync(join(tmpdir(), 'turnout-video-'));
  const phones: Phone[] = [];
  const paired = async (role: 'scanner' | 'supervisor', sessions: string[], options = {}, name = 'Door') => {
    const made = await aPhone({ baseUrl: network.baseUrl, ...options });
    phones.push(made);
    const { pairingCode } = await own.announce(name, role, sessions);
    await pairPhone(made, network.baseUrl, pairingCode);
    return made;
  };
  const attendance = async (session: string) => {
    await turnout.turnout.host.drained();
    const params = { event: own.event, session };
    return (await own.client.call('GET /v1/events/{event}/sessions/{session}/attendance', { params })).body;
  };

  beforeAll(async () => {
    turnout = await startTestTurnout({ empty: true });
    network = await startNetwork(turnout.turnout.host.port);
    const sessions = ['offline', 'camera', 'looks'].map((sessionId) => ({
      sessionId,
      kind: 'forum' as const,
    }));
    own = await ownEvent(turnout, 'day', sessions);
    const badges = Array.from({ length: OFFLINE_SCANS }, (_, index) => ({
      badgeId: `B-${index}`,
      category: 'delegate' as const,
    }));
    codes = await own.issue(badges);
  }, BROWSER_TIMEOUT_MS);
  afterEach(async () => {
    await network.mend();
    for (const made of phones.splice(0)) await made.close();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await network?.close();
    await turnout?.stop();
  });

  it('200 badges at two phones without network, both killed: all arrive once, contradictions are shown', async () => {
    const first = await paired('scanner', ['offline'], {}, 'North door');
    const second = await paired('scanner', ['offline'], {}, 'South door');
    await Promise.all([installed(first), installed(second)]);
    await network.cut();
    // Ten people walk in at both doors.
    const halves = [codes.slice(0, 105), codes.slice(95)] as const;
    const waiting = ({ page }: Phone) =>
      page.locator('.link-waiting', { hasText: '105 scans wait' }).waitFor({ timeout: ON_DISK_MS });
    await Promise.all([wedgeAll(first.page, halves[0]), wedgeAll(second.page, halves[1])]);
    await Promise.all([waiting(first), waiting(second)]);
    await Promise.all([first.kill(), second.kill()]);
    const again = await Promise.all([first.restart(), second.restart()]);
    phones.push(...again);
    await Promise.all(again.map(({ page }) => page.goto(`${network.baseUrl}/scan`)));
    await Promise.all(again.map(waiting));
    await network.mend();
    await Promise.all(again.map(({ page }) => page.locator('[data-live]').waitFor()));
    const counted = await attendance('offline');
    expect(counted).toMatchObject({
      attended: OFFLINE_SCANS,
      inside: OFFLINE_SCANS,
      entries: OFFLINE_SCANS + 10,
    });
    expect(counted.conflicts.filter(({ conflict }) => conflict === 'already_inside')).toHaveLength(10);
    // The organizer sees which doors contradict each other.
    const screen = await again[0].context.newPage();
    await screen.goto(`${network.baseUrl}/organizer/rooms/offline?event=day&as=organizer&language=en`);
    const rows = screen
      .getByRole('table', { name: 'Conflicts' })
      .getByRole('row', { name: 'Already inside' });
    await rows.nth(9).waitFor();
    for (const text of await rows.allInnerTexts())
      expect(text).toMatch(/North door.*South door|South door.*North door/s);
  }, 180_000);

  it('reads badges by the camera, each once as long as it is in view, without network too', async () => {
    const film = join(folder, 'badges.y4m');
    const shown = codes.slice(0, 6);
    // Longer than this journey before the film begins anew.
    writeQrVideo(film, shown, { framesPerSecond: 5, framesEach: 4, pause: 75 });
    const made = await paired('scanner', ['camera'], { camera: film });
    const { page } = made;
    await installed(made);
    await expect
      .poll(async () => (await attendance('camera')).attended, { timeout: 15_000 })
      .toBe(shown.length);
    expect(await attendance('camera')).toMatchObject({ entries: shown.length, refused: 0 });
    // They leave while there is no network; a page that is loaded anew sees the film from its beginning.
    await page.locator('.direction label').last().click();
    await network.cut();
    await page.reload();
    await page.locator('.verdict[data-outcome="left"]').getByText('Decided by this phone').waitFor();
    await page.locator('.link-waiting', { hasText: `${shown.length} scans wait` }).waitFor();
    await network.mend();
    await page.locator('[data-live]').waitFor();
    expect(await attendance('camera')).toMatchObject({ exits: shown.length, inside: 0, refused: 0 });
  });

  it.each([
    ['en', false],
    ['zh-CN', true],
  ] as const)('is accessible in each of its states (%s, dark: %s)', async (language, dark) => {
    const made = await paired('supervisor', ['looks'], { language, dark });
    const { page } = made;
    const found: unknown[] = [];
    const look = async (state: string) => {
      for (const violation of await violationsOf(page)) found.push({ state, violation });
      const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (overflow) found.push({ state, violation: 'wider than the phone' });
    };
    const [, , third = '', fourth = ''] = codes;
    const code = language === 'en' ? third : fourth;
    await look('ready');
    await scanAt(page, code);
    await look('welcome');
    await scanAt(page, code);
    await look('stop');
    await page.locator('.verdict-actions button').first().click();
    await look('override');
    await page.keyboard.press('Escape');
    for (const sheet of ['.door-sign', '.bar .quiet', 'footer > button']) {
      await page.locator(sheet).click();
      await page.locator('dialog').waitFor();
      await look(sheet);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    for (const row of [
      language === 'en' ? 'Register somebody' : '现场登记',
      language === 'en' ? 'Count heads' : '人工清点',
    ]) {
      await page.locator('.bar .quiet').click();
      await page.locator('dialog .row', { hasText: row }).click();
      await page.locator('dialog form').waitFor();
      await look(row);
      if (row === '现场登记' || row === 'Register somebody') {
        await page.locator('dialog form button').click();
        await page.locator('.issued-badge').waitFor();
        await look('registered');
      }
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    await page.locator('.direction label').last().click();
    await scanAt(page, code);
    await look('goodbye');
    await scanAt(page, code);
    await look('attention');
    expect(await page.evaluate('document.documentElement.lang')).toBe(language === 'en' ? 'en' : 'zh');
    expect(found).toEqual([]);
  });
});
