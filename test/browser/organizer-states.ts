import type { Dialog, Page } from 'playwright-core';
import { type Credentials, readBadges } from '../../local/credentials.ts';
import { apiClient } from '../../shared/client/api.ts';

type Shoot = (name: string) => Promise<void>;
type Open = (path: string) => Promise<void>;

const LONG = {
  en: 'Interdisciplinary roundtable on cross-border data governance, telecommunication infrastructure and the long-term preservation of digital cultural heritage',
  zh: '关于跨境数据治理、电信基础设施与数字文化遗产长期保存的跨学科圆桌会议暨成果联合发布仪式',
};
const SESSION = 'thematic-forum-1';
const GUESTS = [
  'Nr;Teilnehmer;Haus;Karte',
  'AB12-1;Ada King;Analytical;VIP',
  'AB12-2;Grace Hopper;Navy;Gold',
  'AB12-2;Grace Murray;Navy;Gold',
  ';Nobody;;',
].join('\n');

/** What a good day lacks: somebody turned away, two doors that contradict each other, a title of three lines. */
export const aBadDay = async (credentials: Credentials): Promise<void> => {
  const { baseUrl, event, devices, organizerToken } = credentials;
  const params = { event };
  const organizer = apiClient({ baseUrl, token: organizerToken });
  const at = { params: { event, session: SESSION } };
  const { etag: ifMatch } = await organizer.call('GET /v1/events/{event}/sessions/{session}', at);
  await organizer.call('PATCH /v1/events/{event}/sessions/{session}', {
    ...at,
    ifMatch,
    body: { title: LONG, admission: { categories: ['vip'] } },
  });
  const crowd = readBadges(credentials.badges).slice(-30);
  for (const [index, { token }] of devices.slice(0, 2).entries()) {
    const door = apiClient({ baseUrl, token });
    const scans = crowd.map(({ code }, nth) => ({
      scanId: crypto.randomUUID(),
      sessionId: SESSION,
      badge: nth % 7 === 6 ? `${code.slice(0, -2)}xx` : code,
      scannedAt: new Date(Date.now() - (nth * 2 + index) * 40_000).toISOString(),
      admittedOffline: nth % 3 > 0,
    }));
    await door.call('POST /v1/events/{event}/check-ins', { params, body: { scans } });
  }
};

const shootImport = async (page: Page, shoot: Shoot, open: Open) => {
  await open('/organizer/import');
  const file = { name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(GUESTS) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.locator('#column-badgeId').selectOption('Nr');
  await page.locator('#column-name').selectOption('Teilnehmer');
  await page.locator('#column-company').selectOption('Haus');
  await page.locator('#column-category').selectOption('Karte');
  await page.locator('[id="ticket-Gold"]').selectOption('speaker');
  await page.locator('button.main').click();
  await page.locator('.figures').waitFor();
  await shoot('import-compared');
  const programme = { sessions: [{ sessionId: 'night', title: { en: 'Night' }, venueId: 'nowhere' }] };
  const json = {
    name: 'p.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(programme)),
  };
  await page.locator('input[type=file]').setInputFiles(json);
  await page.locator('.sheet:not(.drop)').waitFor();
  await shoot('import-programme');
};

const shootAnnouncements = async (page: Page, shoot: Shoot, open: Open) => {
  await open('/organizer/announcements');
  await page.locator('details.sheet > summary').click();
  for (const [index, title] of [LONG.en, LONG.zh].entries()) {
    await page.locator('fieldset input[maxlength="300"]').nth(index).fill(title);
    await page.locator('fieldset textarea').nth(index).fill(`${title}. ${title}.`);
  }
  await page.locator('.preview summary').first().click();
  await page.locator('.shown').first().waitFor();
  await shoot('announcements-compose');
  const out = page.locator('article').nth(1);
  for (const [nth, name] of ['correct', 'retract', 'deliveries'].entries()) {
    await open('/organizer/announcements');
    await out.locator('.row.tight > button').nth(nth).click();
    await out
      .locator(name === 'deliveries' ? 'table' : 'form.note')
      .first()
      .waitFor();
    await shoot(`announcements-${name}`);
  }
  await open('/organizer/announcements');
  const scheduled = page.locator('article').first();
  for (const [nth, name] of ['publish', 'schedule'].entries()) {
    await scheduled.locator('.row.tight > button').nth(nth).click();
    await scheduled.locator('form.note').waitFor();
    await shoot(`announcements-${name}`);
  }
};

const shootPeople = async (page: Page, shoot: Shoot, open: Open) => {
  await open('/organizer/people/B-000001');
  await page.locator('#search').fill('Cob');
  await page.locator('#search').press('Enter');
  await page.locator('.plain li').first().waitFor();
  await page.locator('td button').first().click();
  await shoot('people-found');
  await open('/organizer/people/nobody');
  await page.locator('.note.bad').waitFor();
  await shoot('people-unknown');
  await open('/organizer/print/B-000001');
  await page.locator('.label').waitFor();
  await page.locator('select').first().selectOption('roll');
  await shoot('print-roll');
};

const shootRooms = async (page: Page, shoot: Shoot, open: Open) => {
  await open(`/organizer/rooms/${SESSION}`);
  await page.locator('.chart canvas').waitFor();
  await page.locator('#heads').waitFor();
  await shoot('room-bad-day');
  await open('/organizer/rooms/nowhere');
  await page.locator('main .button').waitFor();
  await shoot('room-unknown');
  await open('/organizer/doors');
  await page.locator('#name').fill('Hall A, left wing, second door behind the escalator');
  await page.locator('form button.main').click();
  await page.locator('.pairing img').waitFor();
  await shoot('doors-pairing');
  await open('/organizer/event');
  await page.locator('.danger').first().waitFor();
  await shoot('event');
  await open('/organizer/nowhere');
  await page.locator('main .button').waitFor();
  await shoot('missing');
};

/** The organizer's page in the states that it has only after somebody has done something, or something has failed. */
export const shootStates = async (
  page: Page,
  { baseUrl, language }: { readonly baseUrl: string; readonly language: string },
  shoot: Shoot,
): Promise<void> => {
  const open: Open = async (path) => {
    await page.goto(`${baseUrl}${path}?language=${language}`, { waitUntil: 'networkidle' });
  };
  // Written and not saved: the browser asks before it leaves.
  const leave = (dialog: Dialog) => void dialog.accept();
  page.on('dialog', leave);
  await shootImport(page, shoot, open);
  await shootAnnouncements(page, shoot, open);
  await shootPeople(page, shoot, open);
  await shootRooms(page, shoot, open);
  await open('/organizer');
  await page.locator('.board tbody tr').first().waitFor();
  await shoot('wall-bad-day');
  page.off('dialog', leave);
};
