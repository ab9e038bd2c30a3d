import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Credentials, readBadges, readCredentials } from '../../local/credentials.ts';
import { startTurnout } from '../../local/start.ts';
import { apiClient } from '../../shared/client/api.ts';
import { startChromium } from './chromium.ts';
import { fullHouse } from './full-house.ts';
import { aBadDay, shootStates } from './organizer-states.ts';
import { aPhone, installed, type Network, pairPhone, scanAt, startNetwork } from './scan-phone.ts';

// Every page in the forms that people see it in, into screenshots/. To be looked at, one by one.

const forms = [
  { form: 'desktop', width: 1440, height: 900, colours: 'light', language: 'en' },
  { form: 'dark', width: 1440, height: 900, colours: 'dark', language: 'en' },
  { form: 'phone', width: 390, height: 844, colours: 'light', language: 'zh' },
] as const;
/** The organizer's states as wide as a laptop, and as narrow as one enlarged to 400 %. */
const stateForms = [
  { form: 'desktop', width: 1280, height: 900, colours: 'light', language: 'en' },
  { form: 'narrow', width: 320, height: 800, colours: 'dark', language: 'zh' },
] as const;
const walls = ['/organizer?wall&language=en', '/rooms/gdec-2023?language=en'];

const folder = 'screenshots';
let taken = 0;
const shoot = async (page: Page, name: string, fullPage = false): Promise<void> => {
  taken += 1;
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
};

/** A door from its pairing to a scan that the server has not heard of yet. */
const shootDoor = async (network: Network, credentials: Credentials, dark: boolean): Promise<void> => {
  const { baseUrl, event, organizerToken } = credentials;
  const form = dark ? 'dark' : 'phone';
  const organizer = apiClient({ baseUrl, token: organizerToken });
  const { body: device } = await organizer.call('POST /v1/events/{event}/devices', {
    params: { event },
    body: { name: 'Hall A', role: 'supervisor', sessions: ['opening-ceremony'] },
  });
  const [first, second] = readBadges(credentials.badges).slice(dark ? -2 : -4);
  if (!first || !second) throw new Error('no badges');
  const phone = await aPhone({ baseUrl: network.baseUrl, dark });
  const { page } = phone;
  try {
    await page.goto(`${network.baseUrl}/scan`);
    await page.locator('main.pair').waitFor();
    await shoot(page, `scan-pairing-${form}`);
    await pairPhone(phone, network.baseUrl, device.pairingCode);
    await installed(phone);
    await shoot(page, `scan-ready-${form}`);
    await scanAt(page, first.code);
    await shoot(page, `scan-admitted-${form}`);
    await scanAt(page, first.code);
    await shoot(page, `scan-refused-${form}`);
    await page.locator('.verdict-actions button').first().click();
    await shoot(page, `scan-override-${form}`);
    await page.keyboard.press('Escape');
    await network.cut();
    await scanAt(page, second.code);
    await shoot(page, `scan-offline-${form}`);
    await network.mend();
    await page.locator('[data-live]').waitFor();
    await page.locator('.bar .quiet').click();
    await page.locator('dialog').waitFor();
    await shoot(page, `scan-menu-${form}`);
    await page.locator('dialog .row', { hasText: 'Practise' }).click();
    await scanAt(page, second.code);
    await shoot(page, `scan-practice-${form}`);
  } finally {
    await phone.close();
  }
};

mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'turnout-screenshots-'));
const turnout = await startTurnout({ data, port: 0, asDated: false, empty: false });
const browser = await startChromium();
try {
  const credentials = readCredentials(turnout.credentialsFile);
  const { baseUrl } = credentials;
  const pages = await fullHouse(credentials, data);
  await turnout.host.drained();
  const page = await browser.context.newPage();
  await page.goto(`${baseUrl}/organizer?as=organizer`);
  for (const { form, width, height, colours, language } of forms) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: colours });
    for (const { name, path, content } of pages) {
      await page.goto(`${baseUrl}${path}?language=${language}`, { waitUntil: 'networkidle' });
      if (name !== 'outbox') await page.locator(content).first().waitFor();
      await shoot(page, `${name}-${form}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${baseUrl}/?language=en`, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Open a door here' }).click();
  await page.locator('.first').waitFor();
  await shoot(page, 'start-first-badge');
  await page.setViewportSize({ width: 1920, height: 1080 });
  for (const [index, wall] of walls.entries()) {
    await page.goto(`${baseUrl}${wall}`, { waitUntil: 'networkidle' });
    await shoot(page, `wall-${index + 1}`);
  }
  await aBadDay(credentials);
  await turnout.host.drained();
  for (const { form, width, height, colours, language } of stateForms) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: colours });
    await shootStates(page, { baseUrl, language }, (name) => shoot(page, `${name}-${form}`, true));
  }
  const network = await startNetwork(turnout.host.port);
  for (const dark of [false, true]) await shootDoor(network, credentials, dark);
  await network.close();
  console.log(`${taken} screenshots in ${folder}/`);
} finally {
  await browser.stop();
  await turnout.stop();
  rmSync(data, { recursive: true, force: true });
}
