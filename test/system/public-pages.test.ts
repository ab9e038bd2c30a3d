import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import {
  api,
  aScan,
  ask,
  present,
  sendScans,
  startTestTurnout,
  type TestTurnout,
} from '../support/turnout.ts';

const EVENT = 'open-2023';
const params = { event: EVENT };
let system: TestTurnout;
let own: OwnEvent;

const page = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${system.credentials.baseUrl}${path}`, { headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

beforeAll(async () => {
  system = await startTestTurnout({ empty: true });
  const full = { capacity: 10, capacityMode: 'advisory' };
  own = await ownEvent(system, EVENT, [
    { sessionId: 'free-room', admission: full },
    { sessionId: 'filling-room', admission: full },
    { sessionId: 'full-room', admission: full },
    { sessionId: 'tomorrow', admission: full, startsAt: at(26), endsAt: at(30) },
    { sessionId: 'without-size' },
  ]);
  const codes = await own.issue(
    Array.from({ length: 10 }, (_, index) => ({ badgeId: `B-${index}`, category: 'delegate' })),
  );
  const { token } = await own.pair('Door');
  const scans = [
    ...codes.slice(0, 7).map((code) => aScan(code, { sessionId: 'free-room' })),
    ...codes.slice(0, 8).map((code) => aScan(code, { sessionId: 'filling-room' })),
    ...codes.map((code) => aScan(code, { sessionId: 'full-room' })),
  ];
  await sendScans({ ...system.credentials, event: EVENT }, token, scans);
  await system.turnout.host.drained();
});
afterAll(() => system?.stop());

const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const announce = async (content: Record<string, { title: string; body: string; url?: string }>) => {
  const made = await own.client.call('POST /v1/events/{event}/announcements', {
    params,
    body: { kind: 'report', content },
  });
  const { announcementId } = made.body;
  const change = async (action: string, body: unknown = {}) => {
    const path = `/events/${EVENT}/announcements/${announcementId}`;
    const token = await system.turnout.host.issueToken({ sub: 'p', roles: ['press'], events: [EVENT] });
    const { headers } = await ask(system.credentials, 'GET', path, { token });
    const etag = present(headers.get('etag'));
    const answer = await ask(system.credentials, 'POST', `${path}/${action}`, {
      token,
      body,
      headers: { 'if-match': etag },
    });
    expect(answer.status).toBe(200);
  };
  return { announcementId, change, permalink: `/announcements/${EVENT}/${announcementId}` };
};

describe('anybody reads what is announced, without a script', () => {
  it('nothing of what is under embargo; then the text, escaped, in the reader’s language', async () => {
    const { change, permalink } = await announce({
      en: {
        title: 'White <script>alert(1)</script> paper',
        body: 'First.\n\nSecond & last.',
        url: 'https://example.org/p',
      },
      zh: { title: '白皮书', body: '白皮书已发布。' },
    });
    expect((await page(permalink)).status).toBe(404);
    expect((await page(`/announcements/${EVENT}?language=en`)).text).not.toContain('White');
    await change('publish');
    const english = await page(`${permalink}?language=en`);
    expect(english.status).toBe(200);
    expect(english.text).toContain('<h1>White &lt;script>alert(1)&lt;/script> paper</h1>');
    expect(english.text).toContain('<p>First.</p><p>Second &amp; last.</p>');
    expect(english.text).toContain(`property="og:title"`);
    expect(english.text).toContain('<html lang="en" dir="ltr">');
    expect(english.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(english.headers.get('cache-control')).toContain('public');
    const known = await page(`${permalink}?language=en`, {
      'if-none-match': present(english.headers.get('etag')),
    });
    expect(known.status).toBe(304);
    const chinese = await page(permalink, { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect(chinese.text).toContain('<h1>白皮书</h1>');
    expect(chinese.text).toContain('<html lang="zh" dir="ltr">');
    await expect
      .poll(async () => (await page(`/announcements/${EVENT}?language=zh`)).text)
      .toContain('白皮书');
  });

  it('corrections and retractions are said where nobody misses them', async () => {
    const { change, permalink } = await announce({ en: { title: 'Figures', body: 'It was forty-one.' } });
    await change('publish');
    await change('correct', {
      content: { en: { title: 'Figures', body: 'It was forty-two.' } },
      note: 'A wrong sum',
    });
    const corrected = (await page(permalink)).text;
    expect(corrected).toContain('It was forty-two.');
    expect(corrected).toMatch(/class="note">Corrected [^<]*: A wrong sum/);
    await change('retract', { reason: 'Not ours to say' });
    const retracted = (await page(permalink)).text;
    expect(retracted).toContain('This was retracted: Not ours to say');
    expect(retracted).not.toContain('forty');
  });

  it('page by page, by kind, and in a way that names what is missing', async () => {
    for (let number = 1; number <= 22; number += 1) {
      const { change } = await announce({ en: { title: `Item ${number}.`, body: 'Text' } });
      await change('publish');
    }
    const first = (await page(`/announcements/${EVENT}?language=en&kind=report`)).text;
    expect(first.indexOf('Item 22.')).toBeLessThan(first.indexOf('Item 21.'));
    expect(first).not.toContain('>Item 2.<');
    const next = present(/rel="next" href="([^"]+)"/.exec(first)?.[1]).replaceAll('&amp;', '&');
    expect((await page(next)).text).toContain('>Item 2.<');
    expect((await page(`/announcements/${EVENT}?language=en&kind=award`)).text).toContain(
      'Nothing of this kind',
    );
    expect((await page(`/announcements/nowhere`)).status).toBe(404);
    expect((await page(`/announcements/${EVENT}?cursor=made-up`)).status).toBe(404);
    const any = await page('/announcements');
    expect([any.status, any.headers.get('location')]).toEqual([302, `/announcements/${EVENT}`]);
  });

  it('asks for mails by the form on the page, and is told what happens next', async () => {
    const send = async (fields: Record<string, string>) => {
      const answer = await fetch(`${system.credentials.baseUrl}/announcements/${EVENT}/subscribe`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const asked = await send({
      protocol: 'email',
      endpoint: 'ada@example.org',
      language: 'en',
      kinds: 'report',
    });
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('One more step');
    await expect
      .poll(
        async () => (await own.client.call('GET /v1/events/{event}/subscriptions', { params })).body.items,
      )
      .toContainEqual({ protocol: 'email', status: 'pending', language: 'en', count: 1 });
    const wrong = await send({ protocol: 'email', endpoint: 'nobody', language: 'en' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('That did not work');
    expect((await send({ protocol: 'email', endpoint: 'a@example.org', language: 'fr' })).status).toBe(400);
  });
});

it('anybody sees how full the rooms are, and nothing more precise', async () => {
  const { body } = await api(system.credentials).call('GET /v1/events/{event}/rooms', { params });
  const levels = Object.fromEntries(body.rooms.map(({ sessionId, level }) => [sessionId, level]));
  expect(levels).toEqual({ 'free-room': 'free', 'filling-room': 'filling', 'full-room': 'full' });
  const raw = await ask(system.credentials, 'GET', `/events/${EVENT}/rooms`);
  expect(raw.headers.get('cache-control')).toMatch(/public, max-age=\d+/);
  const room = z.strictObject({ sessionId: z.string(), roomId: z.string().nullable(), level: z.string() });
  const { asOf } = raw.json(z.strictObject({ asOf: z.string(), rooms: z.array(room) }));
  await expect
    .poll(async () => {
      const later = await ask(system.credentials, 'GET', `/events/${EVENT}/rooms`);
      return later.json(z.object({ asOf: z.string() })).asOf;
    })
    .not.toBe(asOf);
  const again = await ask(system.credentials, 'GET', `/events/${EVENT}/rooms`, {
    headers: { 'if-none-match': present(raw.headers.get('etag')) },
  });
  expect([again.status, again.text]).toEqual([304, '']);
  const { text, headers } = await page(`/rooms/${EVENT}?language=en`);
  expect(text.indexOf('Full')).toBeLessThan(text.indexOf('Free'));
  expect(headers.get('refresh')).toBe('30');
});
