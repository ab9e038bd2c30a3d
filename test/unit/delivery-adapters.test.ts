import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import ece from 'http_ece';
import PostalMime from 'postal-mime';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Parcel } from '../../functions/deliver/adapter.ts';
import { emailAdapter } from '../../functions/deliver/adapters/email.ts';
import { pushAdapter } from '../../functions/deliver/adapters/push.ts';
import { webhookAdapter } from '../../functions/deliver/adapters/webhook.ts';
import type { Post, PostAnswer } from '../../functions/deliver/public-post.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { vapidKey } from '../../shared/runtime/vapid.ts';

const keys = subscriberKeys('secret of the test');
const NOW = Date.parse('2023-07-07T08:00:00.000Z');

const anEdition = (changes: Partial<AnnouncementEdition> = {}): AnnouncementEdition => ({
  announcementId: 'A-1',
  kind: 'award',
  edition: 1,
  change: 'published',
  at: NOW,
  mainLanguage: 'en',
  audience: ['en', 'zh'],
  topics: ['ai'],
  sessionId: null,
  note: null,
  reason: null,
  content: {
    en: {
      title: 'Winners <b>&</b> teams',
      body: 'First paragraph.\n\nSecond <script>alert(1)</script> one.',
      url: 'https://example.org/winners',
    },
    zh: { title: '全球人工智能大赛获奖名单', body: '获奖团队如下。' },
  },
  ...changes,
});

const aParcel = (changes: Partial<Parcel> = {}): Parcel => ({
  event: 'gdec-2023',
  subscriptionId: 'S'.repeat(22),
  endpoint: 'https://hooks.example.org/x',
  language: 'en',
  token: keys.tokenOf({ event: 'gdec-2023', subscriptionId: 'S'.repeat(22) }),
  bounced: false,
  secrets: [keys.webhookSecret('gdec-2023', 'S', 2), keys.webhookSecret('gdec-2023', 'S', 1)],
  edition: anEdition(),
  idempotencyKey: 'A-1.1.S',
  ...changes,
});

const recording = (answer: PostAnswer = { kind: 'answered', status: 204 }) => {
  const posts: { url: string; body: string | Uint8Array; headers: Readonly<Record<string, string>> }[] = [];
  const post: Post = async (url, body, headers) => {
    posts.push({ url, body, headers });
    return answer;
  };
  return { posts, post };
};

describe('webhook', () => {
  test('the reference library of Standard Webhooks would not accept it', async () => {
    const { posts, post } = recording();
    const send = webhookAdapter({ post, baseUrl: 'https://api.example.org', clock: () => Date.now() });
    expect(await send(aParcel())).toEqual({ kind: 'sent', messageId: 'A-1.1.S' });
    const [first] = posts;
    for (const secret of aParcel().secrets) {
      const verified = new Webhook(secret).verify(String(first?.body), { ...first?.headers });
      expect(verified).toMatchObject({ type: 'io.turnout.announcement.published.v1', data: { edition: 1 } });
    }
    const stranger = new Webhook(keys.webhookSecret('gdec-2023', 'other', 1));
    expect(() => stranger.verify(String(first?.body), { ...first?.headers })).toThrow();
  });

  test('the first message lets the receiver confirm and verify', async () => {
    const { posts, post } = recording();
    const send = webhookAdapter({ post, baseUrl: 'https://api.example.org', clock: () => Date.now() });
    await send(aParcel({ edition: null, idempotencyKey: 'confirm' }));
    expect(JSON.parse(String(posts[0]?.body))).toMatchObject({
      type: 'io.turnout.subscription.confirm.v1',
      data: {
        url: `https://api.example.org/v1/subscriptions/${aParcel().token}`,
        secret: aParcel().secrets[0],
      },
    });
  });

  test.each([
    [200, 'sent'],
    [299, 'sent'],
    [301, 'again'],
    [400, 'again'],
    [410, 'gone'],
    [500, 'again'],
  ])('%i: %s', async (status, kind) => {
    const { post } = recording({ kind: 'answered', status });
    const send = webhookAdapter({ post, baseUrl: 'https://api.example.org', clock: () => NOW });
    expect((await send(aParcel())).kind).toBe(kind);
  });
});

describe('push', () => {
  const phone = createECDH('prime256v1');
  phone.generateKeys();
  const auth = randomBytes(16);
  const endpoint = JSON.stringify({
    endpoint: 'https://push.example.org/send/abc',
    keys: { p256dh: phone.getPublicKey('base64url'), auth: auth.toString('base64url') },
  });
  const adapter = (post: Post) =>
    pushAdapter({
      post,
      key: async () => vapidKey('secret'),
      contact: 'mailto:ops@example.org',
      baseUrl: 'https://api.example.org',
    });
  const opened = (body: string | Uint8Array) =>
    JSON.parse(
      ece
        .decrypt(Buffer.from(body), {
          version: 'aes128gcm',
          privateKey: phone,
          authSecret: auth.toString('base64url'),
        })
        .toString('utf8'),
    );

  test('a phone could not read it, or would show an edition beside its correction', async () => {
    const { posts, post } = recording({ kind: 'answered', status: 201 });
    expect((await adapter(post)(aParcel({ endpoint }))).kind).toBe('sent');
    await adapter(post)(
      aParcel({ endpoint, edition: anEdition({ edition: 2, change: 'corrected', note: 'a name' }) }),
    );
    const [first, second] = posts;
    expect(first?.url).toBe('https://push.example.org/send/abc');
    expect(opened(first?.body ?? '')).toMatchObject({
      edition: 1,
      tag: 'A-1',
      title: 'Winners <b>&</b> teams',
    });
    expect(opened(second?.body ?? '')).toMatchObject({ edition: 2, tag: 'A-1' });
    expect(first?.headers['topic']).toBe(second?.headers['topic']);
    expect(first?.headers['topic']).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
    expect(first?.headers['authorization']).toMatch(/^(vapid t=|WebPush )/i);
  });

  test('a text that is too long for a push is refused by the service', async () => {
    const { posts, post } = recording({ kind: 'answered', status: 201 });
    const content = { en: { title: '长'.repeat(300), body: '文'.repeat(50_000) } };
    await adapter(post)(aParcel({ endpoint, edition: anEdition({ content }) }));
    expect(Buffer.byteLength(posts[0]?.body ?? '')).toBeLessThanOrEqual(4096);
  });

  test.each([
    [201, 'sent'],
    [404, 'gone'],
    [410, 'gone'],
    [413, 'final'],
    [429, 'again'],
    [503, 'again'],
  ])('%i: %s', async (status, kind) => {
    const { post } = recording({ kind: 'answered', status });
    const sent = await adapter(post)(aParcel({ endpoint }));
    expect(sent.kind).toBe(kind);
    // A phone is not to blame for its push service.
    if (sent.kind === 'again') expect(sent.ours).toBe(true);
  });
});

describe('email', () => {
  const ses = mockClient(SESv2Client);
  beforeEach(() => {
    ses.reset();
    ses.on(SendEmailCommand).resolves({ MessageId: 'M-1' });
  });
  const adapter = emailAdapter({
    ses: new SESv2Client({}),
    from: 'GDEC 2023 <news@mail.example.org>',
    events: 'what-becomes-of-mails',
    baseUrl: 'https://api.example.org',
    pagesUrl: 'https://gdec.example.org',
    eventIn: async (_event, language) => ({
      title: language === 'zh' ? '2023全球数字经济大会' : 'Global Digital Economy Conference 2023',
      timeZone: 'Asia/Shanghai',
    }),
    pace: async () => {},
  });
  const sentMail = async (parcel: Parcel) => {
    const result = await adapter(parcel);
    const raw = ses.commandCalls(SendEmailCommand).at(-1)?.args[0].input.Content?.Raw?.Data;
    return { result, mail: await PostalMime.parse(asSent(raw)) };
  };
  /** SES puts a Message-ID of its own in the place of ours. */
  const asSent = (raw: Uint8Array | undefined) =>
    Buffer.from(raw ?? '')
      .toString()
      .replace(/^Message-ID: .*$/im, `Message-ID: <${randomUUID()}@email.amazonses.com>`);
  const header = (mail: Awaited<ReturnType<typeof PostalMime.parse>>, name: string) =>
    mail.headers.find(({ key }) => key === name)?.value;
  const endpoint = 'reader@example.org';

  test('mail programs could not unsubscribe by themselves (RFC 8058)', async () => {
    const { result, mail } = await sentMail(aParcel({ endpoint }));
    expect(result).toEqual({ kind: 'sent', messageId: 'M-1' });
    expect(header(mail, 'list-unsubscribe')).toBe(
      `<https://api.example.org/v1/subscriptions/${aParcel().token}>`,
    );
    expect(header(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(mail.to?.[0]).toMatchObject({ address: endpoint });
  });

  test('what was forgiven when a mail arrived would depend on luck, or cost every mail a write', async () => {
    for (const bounced of [true, false]) {
      await adapter(aParcel({ endpoint, bounced }));
      const tags = ses.commandCalls(SendEmailCommand).at(-1)?.args[0].input.EmailTags ?? [];
      expect(tags.filter(({ Name }) => Name === 'bounced')).toHaveLength(bounced ? 1 : 0);
    }
  });

  test('a title could run script in a reader’s mail program', async () => {
    const { mail } = await sentMail(aParcel({ endpoint }));
    expect(mail.subject).toBe('Winners <b>&</b> teams');
    expect(mail.html).not.toContain('<script>');
    expect(mail.html).toContain('Winners &lt;b>&amp;&lt;/b> teams');
    expect(mail.text).toContain('https://example.org/winners');
  });

  test('a text that was written on Windows would be one paragraph in a mail, and several on its page', async () => {
    const content = { en: { title: 'A', body: 'One.\r\n\r\nTwo.\n \nThree\nlines.' } };
    const { mail } = await sentMail(aParcel({ endpoint, edition: anEdition({ content }) }));
    expect(mail.html).toContain('<p>One.</p><p>Two.</p><p>Three\nlines.</p>');
  });

  test('a correction would not stand under its original', async () => {
    const first = await sentMail(aParcel({ endpoint }));
    const second = await sentMail(
      aParcel({ endpoint, edition: anEdition({ edition: 2, change: 'corrected', note: 'one name' }) }),
    );
    const ancestors = [first, second].map(({ mail }) => [
      mail.messageId,
      ...(mail.references ?? '').split(' '),
    ]);
    expect(ancestors[1]?.some((id) => id && ancestors[0]?.includes(id))).toBe(true);
    expect(first.mail.inReplyTo).toBeUndefined();
    expect(second.mail.subject).toBe('Corrected: Winners <b>&</b> teams');
    expect(second.mail.text).toContain('one name');
  });

  test('a retraction would repeat the withdrawn text', async () => {
    const { mail } = await sentMail(
      aParcel({ endpoint, edition: anEdition({ edition: 3, change: 'retracted', reason: 'a mistake' }) }),
    );
    expect(mail.text).toContain('a mistake');
    expect(`${mail.text}${mail.html}`).not.toContain('First paragraph');
  });

  test('Chinese readers would get English around their text', async () => {
    const { mail } = await sentMail(aParcel({ endpoint, language: 'zh' }));
    expect(mail.subject).toBe('全球人工智能大赛获奖名单');
    expect(mail.html).toContain('lang="zh"');
    expect(mail.text).toContain('更改或取消订阅');
  });

  test('a line break in a title would smuggle a header in', async () => {
    const content = { en: { title: 'A\r\nBcc: everyone@example.org', body: 'B' } };
    const { mail } = await sentMail(aParcel({ endpoint, edition: anEdition({ content }) }));
    expect(header(mail, 'bcc')).toBeUndefined();
  });

  test.each([
    ['MessageRejected', 'final'],
    ['TooManyRequestsException', 'again'],
    ['LimitExceededException', 'again'],
    ['AccountSuspendedException', 'again'],
    ['MailFromDomainNotVerifiedException', 'again'],
    ['AccessDeniedException', 'again'],
    ['TimeoutError', 'again'],
  ])('%s: %s, and no reader is to blame', async (name, kind) => {
    ses.on(SendEmailCommand).rejects(Object.assign(new Error('x'), { name }));
    const cause = `SES: ${name}`;
    expect(await adapter(aParcel({ endpoint }))).toEqual({
      kind,
      cause,
      ...(kind === 'again' && { ours: true }),
    });
  });
});
