import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emailAdapter } from '../../functions/deliver/adapters/email.ts';
import { written } from '../../functions/deliver/mail/written.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';

// A mail that breaks a rule of the road is changed on its way, put into the junk folder, or refused.

const LONG_LINE = 'https://example.org/'.concat('a'.repeat(2_000));

const anEdition = (changes: Partial<AnnouncementEdition>): AnnouncementEdition => ({
  announcementId: 'A-1',
  kind: 'award',
  edition: 1,
  change: 'published',
  at: Date.parse('2023-07-07T08:00:00.000Z'),
  mainLanguage: 'en',
  audience: ['en', 'zh'],
  topics: [],
  sessionId: null,
  note: null,
  reason: null,
  content: {
    en: {
      title: `Winners <b>&</b> teams "2023" ${'very '.repeat(50)}long`,
      body: `First\nline.\n\n.\n\nFrom here on: <script>alert(1)</script> ${LONG_LINE}\n\nSame.\n\nSame.\n\n😀 &amp; \u2028 tail`,
      url: 'https://example.org/winners?a=1&b=2',
    },
    zh: { title: `全球人工智能大赛获奖名单${'很长'.repeat(100)}`, body: '获奖团队如下。'.repeat(2_000) },
  },
  ...changes,
});
const editions = {
  confirmation: null,
  published: anEdition({}),
  corrected: anEdition({ edition: 2, change: 'corrected', note: 'a <name> & a number' }),
  retracted: anEdition({ edition: 3, change: 'retracted', reason: '评审团尚未签署' }),
};

interface Made {
  readonly raw: Buffer;
  readonly mail: Email;
}
const mails = new Map<string, Made>();
const names = ['en', 'zh'].flatMap((language) => Object.keys(editions).map((name) => `${name} ${language}`));
const madeOf = (name: string): Made => {
  const made = mails.get(name);
  if (!made) throw new Error(`no mail ${name}`);
  return made;
};

/** What the standard and its rules of access forbid; not how tags are spelled. */
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
});
const faultsOf = async (html: string): Promise<string[]> => {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
};

const ses = mockClient(SESv2Client);
ses.on(SendEmailCommand).resolves({ MessageId: 'M-1' });
const send = emailAdapter({
  ses: new SESv2Client({}),
  from: '全球数字经济大会 <news@mail.example.org>',
  events: 'events',
  baseUrl: 'https://api.example.org',
  pagesUrl: 'https://gdec.example.org',
  eventIn: async () => ({ title: 'Global <Digital> Economy & Conference', timeZone: 'Asia/Shanghai' }),
  pace: async () => {},
});
afterAll(() => ses.restore());

const sentTo = async (language: string, edition: AnnouncementEdition | null): Promise<Made> => {
  await send({
    event: 'gdec-2023',
    subscriptionId: 'S'.repeat(22),
    endpoint: 'reader@example.org',
    language,
    token: `gdec-2023.${'S'.repeat(22)}.${'M'.repeat(22)}`,
    bounced: false,
    secrets: [],
    edition,
    idempotencyKey: `A-1.${edition?.edition ?? 0}`,
  });
  const data = ses.commandCalls(SendEmailCommand).at(-1)?.args[0].input.Content?.Raw?.Data;
  const raw = Buffer.from(data ?? '');
  return { raw, mail: await PostalMime.parse(raw) };
};

beforeAll(async () => {
  for (const language of ['en', 'zh']) {
    for (const [name, edition] of Object.entries(editions)) {
      mails.set(`${name} ${language}`, await sentTo(language, edition));
    }
  }
});

describe.each(names)('%s', (name) => {
  test('a relay would have to rewrite it, which breaks its signature (RFC 5322, 2.1; RFC 6376, 5.3)', () => {
    const text = madeOf(name).raw.toString('latin1');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    // Nothing but ASCII, so no relay has to encode it again.
    expect(text).not.toMatch(/[^\t\r\n\x20-\x7e]/);
    const lines = text.split('\r\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(998);
    expect(lines.filter((line) => /^content-transfer-encoding/i.test(line))).toHaveLength(2);
    expect(lines.find((line) => /^from:/i.test(line))).toContain('<news@mail.example.org>');
  });

  test('the text would not be what was written', () => {
    const { mail } = madeOf(name);
    const [kind = '', language = ''] = name.split(' ');
    const edition = Object.entries(editions).find(([key]) => key === kind)?.[1];
    expect(mail.from?.address).toBe('news@mail.example.org');
    expect(mail.html).toMatch(new RegExp(`<html lang="${language}" dir="ltr">`));
    expect(mail.text).toContain(`/v1/subscriptions/gdec-2023.`);
    if (!edition) return;
    const { title, body } = edition.content[language] ?? { title: '', body: '' };
    expect(mail.subject).toContain(title);
    expect(mail.text).toContain(title);
    expect(mail.text?.includes(body)).toBe(kind !== 'retracted');
    expect(mail.text).toContain('https://gdec.example.org/announcements/gdec-2023/A-1');
    const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
    expect(header('list-unsubscribe')).toMatch(/^<https:\/\/api\.example\.org\/v1\/subscriptions\/[^>]+>$/);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(header('list-id')).toContain('gdec-2023');
  });

  test('a validator of HTML would find fault', async () => {
    expect(await faultsOf(madeOf(name).mail.html ?? '')).toEqual([]);
  });
});

test('the validator finds what it should', async () => {
  expect(await faultsOf('<html><body><p><div>a</p></body></html>')).not.toEqual([]);
});

describe('Gmail would clip it, and the way to end the subscription with it', () => {
  const GMAIL_BYTES = 102_400;
  test.each([
    ['English', 'en', 'whole', 'Winners & teams, "as announced" today.\n\n'],
    ['Chinese', 'zh', 'cut', `${'获奖团队如下，特此公告。'.repeat(20)}\n\n`],
    ['as much Chinese as English', 'zh', 'whole', 'Winners and teams 获奖团队如下公告全球数字经济大会\n \n'],
    ['quotation marks', 'en', 'cut', '"\n\n'],
    ['one paragraph of them', 'en', 'cut', '"'],
    ['equals signs and smileys', 'zh', 'whole', '=😀\r\n\r\n'],
  ])('%s', async (_name, language, shown, piece) => {
    const [title = '', note = '', body = ''] = [300, 2_000, 20_000].map((length) =>
      piece.repeat(length).slice(0, length).trim(),
    );
    const text = { title, body, url: `https://example.org/?${'a&'.repeat(980)}` };
    const edition = anEdition({ edition: 2, change: 'corrected', note, content: { en: text, zh: text } });
    const { raw, mail } = await sentTo(language, edition);
    const source = raw.toString('latin1');
    expect(source.slice(source.search(/content-type: text\/html/i)).length).toBeLessThan(GMAIL_BYTES);
    const more = language === 'zh' ? '在网页上阅读全文' : 'the whole text on the web';
    expect(mail.html?.includes(more)).toBe(shown === 'cut');
    expect(await faultsOf(mail.html ?? '')).toEqual([]);
    // Programs that show text alone clip nothing.
    expect(mail.text?.replaceAll(/\s/g, '')).toContain(body.replaceAll(/\s/g, ''));
    expect(raw.length).toBeLessThan(256_000);
  });
});

/** Where quoted-printable breaks a line that would be too long, means nothing. */
const unbroken = (mail: string): string => mail.replaceAll('=\r\n', '');

test('a mail would not be what the library makes of it in its own, slower way', async () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('\n', '\r\n', ' \n', '.\n', '=', 'a '.repeat(60)),
      ),
    )
    .map((parts) => parts.join(''));
  const encodings = fc.constantFrom('base64', 'quoted-printable', undefined);
  await fc.assert(
    fc.asyncProperty(text, text, text, encodings, async (subject, plain, html, textEncoding) => {
      const mail = new MailComposer({
        newline: 'windows',
        from: 'news@mail.example.org',
        to: 'reader@example.org',
        subject,
        text: plain,
        html,
        ...(textEncoding && { textEncoding }),
      }).compile();
      const text = written(mail).toString();
      expect(unbroken(text)).toBe(unbroken((await mail.build()).toString()));
      expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    }),
    { numRuns: 100 },
  );
});

test('a mail in Hebrew would be set from the left', async () => {
  const [text = { title: '', body: '' }] = Object.values(editions.published.content);
  const { mail } = await sentTo(
    'he',
    anEdition({ mainLanguage: 'he', audience: ['he'], content: { he: text } }),
  );
  expect(mail.html).toContain('<html lang="he" dir="rtl">');
  expect(mail.html).toMatch(/<article[^>]* lang="he" dir="rtl"/);
  expect(await faultsOf(mail.html ?? '')).toEqual([]);
});
