import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBadges, readCredentials } from '../../local/credentials.ts';
import { startTurnout } from '../../local/start.ts';
import { readOutcomes } from '../../programmes/gdec-2023/programme.ts';
import { apiClient } from '../../shared/client/api.ts';
import { startChromium } from './chromium.ts';

// Every page in the forms that people see it in, into screenshots/. To be looked at, one by one.

const forms = [
  { form: 'desktop', width: 1440, height: 900, colours: 'light', language: 'en' },
  { form: 'dark', width: 1440, height: 900, colours: 'dark', language: 'en' },
  { form: 'phone', width: 390, height: 844, colours: 'light', language: 'zh' },
] as const;
const pages = [
  ['start', '/'],
  ['rooms', '/organizer'],
  ['room', '/organizer/rooms/opening-ceremony'],
  ['doors', '/organizer/doors'],
  ['people', '/organizer/people/B-000001'],
  ['print', '/organizer/print'],
  ['import', '/organizer/import'],
  ['announcements', '/organizer/announcements'],
  ['public-announcements', '/announcements/gdec-2023'],
  ['public-rooms', '/rooms/gdec-2023'],
] as const;

const folder = 'screenshots';
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'turnout-screenshots-'));
const turnout = await startTurnout({ data, port: 0, asDated: false, empty: false });
const browser = await startChromium();
try {
  const { baseUrl, event, devices, badges, organizerToken } = readCredentials(turnout.credentialsFile);
  const crowd = readBadges(badges).slice(0, 400);
  const doors = apiClient({ baseUrl, token: devices[0]?.token });
  const organizer = apiClient({ baseUrl, token: organizerToken });
  const { body: programme } = await organizer.call('GET /v1/events/{event}/programme', { params: { event } });
  const rooms = ['opening-ceremony', ...programme.sessions.slice(0, 8).map(({ sessionId }) => sessionId)];
  for (const [index, sessionId] of rooms.entries()) {
    const scans = crowd.slice(index * 40, index * 40 + 40 - index * 4).map(({ code }, nth) => ({
      scanId: crypto.randomUUID(),
      sessionId,
      badge: code,
      scannedAt: new Date(Date.now() - nth * 9_000).toISOString(),
      admittedOffline: true,
    }));
    if (scans.length > 0)
      await doors.call('POST /v1/events/{event}/check-ins', { params: { event }, body: { scans } });
  }
  for (const [sessionId, capacity] of [
    [programme.sessions[0]?.sessionId, 36],
    [programme.sessions[1]?.sessionId, 36],
  ] as const) {
    if (!sessionId) continue;
    const params = { event, session: sessionId };
    const { etag: ifMatch } = await organizer.call('GET /v1/events/{event}/sessions/{session}', { params });
    const body = { admission: { capacity } };
    await organizer.call('PATCH /v1/events/{event}/sessions/{session}', { params, body, ifMatch });
  }
  for (const { kind, topics, content } of readOutcomes().slice(0, 6)) {
    const body = { kind, topics, content };
    const made = await organizer.call('POST /v1/events/{event}/announcements', { params: { event }, body });
    const change = { params: { event, announcement: made.body.announcementId }, ifMatch: made.etag };
    await organizer.call('POST /v1/events/{event}/announcements/{announcement}/publish', change);
  }
  await turnout.host.drained();
  const page = await browser.context.newPage();
  await page.goto(`${baseUrl}/organizer?as=organizer`);
  for (const { form, width, height, colours, language } of forms) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: colours });
    for (const [name, path] of pages) {
      await page.goto(`${baseUrl}${path}?language=${language}`, { waitUntil: 'networkidle' });
      await page.screenshot({ path: join(folder, `${name}-${form}.png`) });
    }
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`${baseUrl}/organizer?wall&language=en`, { waitUntil: 'networkidle' });
  await page.screenshot({ path: join(folder, 'rooms-wall.png') });
  console.log(`${pages.length * forms.length + 1} screenshots in ${folder}/`);
} finally {
  await browser.stop();
  await turnout.stop();
  rmSync(data, { recursive: true, force: true });
}
