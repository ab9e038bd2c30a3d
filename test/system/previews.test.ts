import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createPreview, type Preview } from '../../shared/contract/previews.ts';
import { deployedOperations } from '../../shared/contract/routes.ts';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import { type ask, present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const EVENT = 'press-2023';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
let system: TestTurnout;
let own: OwnEvent;

beforeAll(async () => {
  system = await startTestTurnout({ empty: true });
  own = await ownEvent(system, EVENT, [{ sessionId: 'ceremony' }]);
});
afterAll(() => system?.stop());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
type Asked = Awaited<ReturnType<typeof ask>>;

/** A scheduled announcement, and what is done with it. */
const embargoed = async ({ schedule = true, title = 'Winner of the grand award' } = {}) => {
  const path = `/announcements`;
  const content = {
    en: { title, body: 'First.\n\n<b>Second</b>', url: 'https://example.org/a' },
    zh: { title: '大奖得主', body: '正文' },
  };
  const made = await own.organizer('POST', path, { kind: 'award', content });
  const { announcementId } = made.json(z.object({ announcementId: z.string() }));
  let version = 1;
  const command = async (action: string, body: unknown = {}): Promise<void> => {
    const token = await system.turnout.host.issueToken({ sub: 'o', roles: ['press'], events: [EVENT] });
    const answer = await fetch(
      `${system.credentials.baseUrl}/v1/events/${EVENT}${path}/${announcementId}/${action}`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'if-match': `"${version}"`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      },
    );
    expect(answer.status, await answer.text()).toBe(200);
    version += 1;
  };
  if (schedule) await command('schedule', { publishAt: inAnHour() });
  const previews = `${path}/${announcementId}/previews`;
  return {
    announcementId,
    command,
    previews,
    give: async (to: string, more: object = {}) => {
      const answer: Asked = await own.organizer('POST', previews, { to, ...more });
      return answer.json(createPreview.answers[201]);
    },
    list: async (): Promise<readonly Preview[]> =>
      (
        await own.client.call('GET /v1/events/{event}/announcements/{announcement}/previews', {
          params: { event: EVENT, announcement: announcementId },
        })
      ).body.items,
    revoke: (previewId: string) => own.organizer('DELETE', `${previews}/${previewId}`),
  };
};

const open = async (url: string) => {
  const answer = await fetch(url, {
    headers: { 'user-agent': FIREFOX },
    redirect: 'manual',
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

describe('a journalist with a personal link', () => {
  it('reads what is under embargo, marked as theirs, and every opening is on record', async () => {
    const { give, list } = await embargoed();
    const { url, previewId } = await give('Ada & Co');
    const page = await open(url);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Winner of the grand award</h1>');
    expect(page.text).toContain('<h1>大奖得主</h1>');
    expect(page.text).toContain('&lt;b>Second&lt;/b>');
    expect(page.text).toContain('Under embargo until ');
    expect(page.text).toContain('This copy is for Ada &amp; Co alone');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('x-robots-tag')).toContain('noindex');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    await open(url);
    const [known] = await list();
    expect(known).toMatchObject({ previewId, to: 'Ada & Co', opened: 2, expiresAt: null, revokedAt: null });
    expect(known?.accesses.map(({ client }) => client)).toEqual(['Firefox, Linux', 'Firefox, Linux']);
    expect(JSON.stringify(known)).not.toContain(present(url.split('/').at(-1)));
  });

  it('reads no more when it is revoked, has expired or is no longer planned: as if it had never been', async () => {
    const { announcementId, give, revoke, list, command } = await embargoed();
    const never = await open(
      `${system.credentials.baseUrl}/announcements/${EVENT}/${announcementId}/previews/made-up`,
    );
    expect(never.status).toBe(404);
    expect(never.headers.get('cache-control')).toBe('no-store');
    const revoked = await give('Ada');
    await revoke(revoked.previewId);
    const ended = await open(revoked.url);
    expect([ended.status, ended.text]).toEqual([404, never.text]);
    const soon = await give('Bob', { expiresAt: new Date(Date.now() + 1_000).toISOString() });
    expect((await open(soon.url)).status).toBe(200);
    await expect.poll(async () => (await open(soon.url)).status, { timeout: 5_000 }).toBe(404);
    const kept = await give('Cleo');
    await command('unschedule');
    expect((await open(kept.url)).status).toBe(404);
    await command('schedule', { publishAt: inAnHour() });
    expect((await open(kept.url)).status).toBe(200);
    const another = await embargoed();
    const moved = kept.url.replace(announcementId, another.announcementId);
    expect((await open(moved)).status).toBe(404);
    const [first] = await list();
    expect(first).toMatchObject({ to: 'Ada', opened: 0, revokedAt: expect.any(String) });
  });

  it('is led to the page that everybody reads once it is out', async () => {
    const { announcementId, give, command } = await embargoed();
    const { url } = await give('Ada');
    await command('publish');
    const { status, headers } = await open(url);
    expect([status, headers.get('location')]).toEqual([302, `/announcements/${EVENT}/${announcementId}`]);
  });
});

describe('a link is given', () => {
  it('by the command line, which says who has one and ends it', async () => {
    const program = fileURLToPath(new URL('../../cli/turnout.mjs', import.meta.url));
    const run = async (...args: string[]): Promise<string> => {
      const { baseUrl: TURNOUT_URL, organizerToken: TURNOUT_TOKEN } = system.credentials;
      const env = { PATH: process.env['PATH'], TURNOUT_URL, TURNOUT_TOKEN, TURNOUT_EVENT: EVENT };
      return (await promisify(execFile)(process.execPath, [program, 'previews', ...args], { env })).stdout;
    };
    const { announcementId } = await embargoed();
    const [previewId = '', url = ''] = (await run('create', announcementId, 'Ada')).trim().split('\t');
    expect((await open(url)).status).toBe(200);
    const listed = await run('list', announcementId);
    expect(listed).toContain(`${previewId}\tAda\tuntil it is published\t1 opened\t`);
    await run('revoke', announcementId, previewId);
    expect((await open(url)).status).toBe(404);
    expect(await run('list', announcementId)).toContain('revoked at ');
  });

  it('only for what is scheduled, and at most until its time', async () => {
    const draft = await embargoed({ schedule: false });
    await expect(draft.give('Ada')).rejects.toThrow(/409.*Schedule it first/);
    const { give } = await embargoed();
    const late = new Date(Date.now() + 7_200_000).toISOString();
    await expect(give('Ada', { expiresAt: late })).rejects.toThrow(/400.*\/expiresAt/);
    const past = new Date(Date.now() - 1_000).toISOString();
    await expect(give('Ada', { expiresAt: past })).rejects.toThrow(/400.*\/expiresAt is in the past/);
    await expect(give(' ')).rejects.toThrow(/400.*\/to/);
  });
});

const SECRET = 'The laureate of all laureates';
const READER = 'Reader with a link';

it('no other route tells anybody but the press of it, nor staff the token', async () => {
  const { announcementId, give, list } = await embargoed({ title: SECRET });
  const { url, previewId } = await give(READER);
  const token = present(url.split('/').at(-1));
  expect((await open(url)).text).toContain(SECRET);
  const { token: device } = await own.pair('Door');
  const viewer = await system.turnout.host.issueToken({ sub: 'v', roles: ['viewer'], events: [EVENT] });
  const stranger = await system.turnout.host.issueToken({
    sub: 's',
    roles: ['organizer', 'press'],
    events: ['another-2023'],
  });
  const fills: Record<string, string> = {
    event: EVENT,
    announcement: announcementId,
    session: 'ceremony',
    preview: previewId,
    token: 'made-up',
  };
  const leaks: string[] = [];
  let answered = 0;
  for (const { path } of deployedOperations.filter(({ method }) => method === 'GET')) {
    const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => fills[name] ?? 'x');
    const answers = await Promise.all(
      [undefined, device, viewer, stranger].map((bearer) => fetchAs(filled, bearer)),
    );
    for (const { status, headers, text } of answers) {
      if (status === 200) answered += 1;
      const told = `${JSON.stringify([...headers])}${text}`;
      if ([SECRET, READER, token].some((secret) => told.includes(secret))) leaks.push(`${path} ${status}`);
    }
  }
  expect(leaks).toEqual([]);
  expect(answered).toBeGreaterThan(30);
  expect(JSON.stringify(await list())).not.toContain(token);
});

const fetchAs = async (path: string, token: string | undefined) => {
  const answer = await fetch(`${system.credentials.baseUrl}${path}`, {
    redirect: 'manual',
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
