import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { readCredentials } from '../../local/credentials.ts';
import { startTurnout } from '../../local/start.ts';
import { readOutcomes } from '../../programmes/gdec-2023/programme.ts';
import { apiClient } from '../../shared/client/api.ts';
import { startChromium } from './chromium.ts';

// Every mail that a reader gets, as they see it, into screenshots/. To be looked at, one by one.

const forms = [
  { form: 'desktop', width: 900, colours: 'light' },
  { form: 'desktop-dark', width: 900, colours: 'dark' },
  { form: 'phone', width: 390, colours: 'light' },
  { form: 'phone-dark', width: 390, colours: 'dark' },
] as const;
const MAILS = ['confirmation', 'published', 'corrected', 'retracted'] as const;

const folder = 'screenshots';
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'turnout-mails-'));
const turnout = await startTurnout({ data, port: 0, asDated: false, empty: false });
const browser = await startChromium();
try {
  const { baseUrl, event, organizerToken } = readCredentials(turnout.credentialsFile);
  const organizer = apiClient({ baseUrl, token: organizerToken });
  const mailsTo = async (address: string) => {
    const outbox = join(data, 'outbox');
    const mails = await Promise.all(
      readdirSync(outbox)
        .toSorted()
        .map((name) => PostalMime.parse(readFileSync(join(outbox, name)))),
    );
    return mails.filter(({ to }) => to?.[0]?.address === address);
  };
  const languages = ['en', 'zh'];
  for (const language of languages) {
    const endpoint = `${language}@example.org`;
    const body = { protocol: 'email', endpoint, language } as const;
    await organizer.call('POST /v1/events/{event}/subscriptions', { params: { event }, body });
    await turnout.host.drained();
    const [asked] = await mailsTo(endpoint);
    const link = /http\S+\/v1\/subscriptions\/\S+/.exec(asked?.text ?? '')?.[0] ?? '';
    await fetch(link, { method: 'POST', body: new URLSearchParams({ action: 'confirm' }) });
  }
  const outcome = readOutcomes().find(({ content }) => content['zh'] && content['en']);
  if (!outcome) throw new Error('no outcome has both languages');
  const { kind, topics, content } = outcome;
  const made = await organizer.call('POST /v1/events/{event}/announcements', {
    params: { event },
    body: { kind, topics, content },
  });
  const params = { event, announcement: made.body.announcementId };
  const published = await organizer.call('POST /v1/events/{event}/announcements/{announcement}/publish', {
    params,
    ifMatch: made.etag,
  });
  await turnout.host.drained();
  const corrected = await organizer.call('POST /v1/events/{event}/announcements/{announcement}/correct', {
    params,
    ifMatch: published.etag,
    body: { content, note: 'The number of countries was wrong: it is 60. 国家数量有误，应为60个。' },
  });
  await turnout.host.drained();
  await organizer.call('POST /v1/events/{event}/announcements/{announcement}/retract', {
    params,
    ifMatch: corrected.etag,
    body: { reason: 'It was published before the jury had signed. 评审团尚未签署即已发布。' },
  });
  await turnout.host.drained();
  const page = await browser.context.newPage();
  for (const language of languages) {
    const mails = await mailsTo(`${language}@example.org`);
    for (const [index, name] of MAILS.entries()) {
      const mail = mails[index];
      if (!mail?.html) throw new Error(`no mail says ${name} in ${language}`);
      for (const { form, width, colours } of forms) {
        await page.setViewportSize({ width, height: 700 });
        await page.emulateMedia({ colorScheme: colours });
        await page.setContent(mail.html);
        await page.screenshot({ path: join(folder, `mail-${name}-${language}-${form}.png`), fullPage: true });
      }
    }
  }
  console.log(`${languages.length * MAILS.length * forms.length} screenshots of mails in ${folder}/`);
} finally {
  await browser.stop();
  await turnout.stop();
  rmSync(data, { recursive: true, force: true });
}
