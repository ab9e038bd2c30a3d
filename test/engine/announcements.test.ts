import { SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { sweep } from '../../functions/announce/sweep.ts';
import { announcementMessage } from '../../shared/contract/announcement-message.ts';
import * as contract from '../../shared/contract/announcements.ts';
import * as deliveriesContract from '../../shared/contract/deliveries.ts';
import * as publicly from '../../shared/contract/public-announcements.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announcementLedger, CLAIM_MS } from '../../shared/store/announcements/ledger.ts';
import { type AnnouncementHost, call, EVENT, startAnnouncementHost } from './announcement-host.ts';

let host: AnnouncementHost;
beforeAll(async () => {
  host = await startAnnouncementHost();
});
afterAll(() => host.stop());

const content = {
  en: { title: 'White paper', body: 'The white paper is out.', url: 'https://example.org/paper' },
  zh: { title: '白皮书', body: '白皮书已发布。' },
};
const created = z.object({ announcementId: z.string(), version: z.int() });

const draft = async (body: object = {}) => {
  const response = await call(host.announcements, contract.createAnnouncement, {
    body: { kind: 'report', content, topics: ['research'], ...body },
  });
  expect(response.status).toBe(201);
  const { announcementId } = created.parse(response.json);
  return { id: announcementId, etag: response.headers['etag'] ?? '', response };
};

const change = (
  operation: Parameters<typeof call>[1],
  id: string,
  etag: string | undefined,
  body?: unknown,
) =>
  call(host.announcements, operation, {
    params: { announcement: id },
    headers: etag === undefined ? {} : { 'if-match': etag },
    body,
  });

const read = (id: string, headers: Record<string, string> = {}, query: Record<string, string> = {}) =>
  call(host.public, publicly.getAnnouncement, { params: { announcement: id }, headers, query });
const list = (query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  call(host.public, publicly.listAnnouncements, { headers, query });
const ids = (response: Awaited<ReturnType<typeof list>>) =>
  z
    .object({ items: z.array(created.pick({ announcementId: true })) })
    .parse(response.json)
    .items.map((item) => item.announcementId);

const publish = async (body: object = {}) => {
  const { id, etag } = await draft(body);
  const response = await change(contract.publishAnnouncement, id, etag);
  expect(response.status).toBe(200);
  return { id, etag: response.headers['etag'] ?? '' };
};

/** Lets `announce` read everything that the stream holds, from the beginning, as a mapping may. */
const deliver = async () => host.announce({ Records: await host.streamRecords() });

const cloudEvents = async (url: string, wanted: number, waitMs?: number) =>
  (await host.messaging.receive(url, wanted, waitMs)).map(({ Body = '' }) => {
    const { Message, MessageAttributes } = z
      .object({
        Message: z.string(),
        MessageAttributes: z.record(z.string(), z.object({ Type: z.string(), Value: z.string() })),
      })
      .parse(JSON.parse(Body));
    return {
      message: announcementMessage.parse(JSON.parse(Message)),
      attributes: MessageAttributes,
    };
  });

test('a session that is not there is named, in a draft and in its change', async () => {
  const places = z.object({ errors: z.array(z.object({ pointer: z.string() })) });
  const body = { kind: 'notice', content, sessionId: 'nowhere' };
  const refused = await call(host.announcements, contract.createAnnouncement, { body });
  expect(refused.status).toBe(400);
  expect(places.parse(refused.json).errors).toMatchObject([{ pointer: '/sessionId' }]);
  const { id, etag } = await draft({ sessionId: 'closing-ceremony' });
  expect((await change(contract.patchAnnouncement, id, etag, { sessionId: 'nowhere' })).status).toBe(400);
  expect((await change(contract.patchAnnouncement, id, etag, { sessionId: null })).status).toBe(200);
});

describe('an organizer would overwrite a colleague’s change, or be told the wrong thing', () => {
  test('If-Match: 428 missing, 412 stale, 409 in the wrong state', async () => {
    const { id, etag, response } = await draft();
    expect(etag).toBe('"1"');
    expect(response.headers['location']).toBe(`/v1/events/${EVENT}/announcements/${id}`);
    contract.announcement.parse(response.json);
    expect((await change(contract.publishAnnouncement, id, undefined)).status).toBe(428);
    const patched = await change(contract.patchAnnouncement, id, etag, { topics: ['policy'] });
    expect(patched).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      json: { topics: ['policy'], kind: 'report' },
    });
    for (const tag of ['"1"', 'W/"2"', '2']) {
      const stale = await change(contract.publishAnnouncement, id, tag);
      expect(stale.status).toBe(412);
      expect(stale.json['type']).toMatch(/\/precondition-failed$/);
    }
    const wrong = await change(contract.retractAnnouncement, id, '"2"', { reason: 'No' });
    expect(wrong.status).toBe(409);
    expect(wrong.json).toMatchObject({
      type: expect.stringMatching(/\/illegal-transition$/),
      detail: expect.stringContaining('draft'),
    });
    expect((await change(contract.publishAnnouncement, id, '"2"')).status).toBe(200);
    expect((await change(contract.patchAnnouncement, id, '"3"', { topics: [] })).status).toBe(409);
    expect((await change(contract.publishAnnouncement, 'nothing', '"1"')).status).toBe(404);
  });

  test('of two who publish at once, one is told', async () => {
    const { id, etag } = await draft();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => change(contract.publishAnnouncement, id, etag)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 412),
    ]);
  });

  test('bad input names the wrong place', async () => {
    const bad = async (body: object) =>
      (
        await call(host.announcements, contract.createAnnouncement, {
          body: { kind: 'report', content, ...body },
        })
      ).json;
    expect(await bad({ content: { zh: content.zh } })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/content/en' }],
    });
    expect(await bad({ content: { ...content, fr: content.en } })).toMatchObject({
      errors: [{ pointer: '/content/fr' }],
    });
    expect(await bad({ kind: 'rumour' })).toMatchObject({ errors: [{ pointer: '/kind' }] });
    expect(await bad({ extra: 1 })).toMatchObject({ errors: [{ pointer: '/extra' }] });
    const { id, etag } = await draft();
    expect(
      (await change(contract.scheduleAnnouncement, id, etag, { publishAt: '2020-01-01T00:00:00Z' })).json,
    ).toMatchObject({
      status: 400,
      errors: [{ pointer: '/publishAt' }],
    });
    const nowhere = await call(host.announcements, contract.createAnnouncement, {
      params: { event: 'nowhere' },
      body: { kind: 'report', content },
    });
    expect(nowhere.status).toBe(404);
  });

  test('viewers and doors may not write', async () => {
    const viewer = { kind: 'user', subject: 'v', roles: ['viewer'], events: null } as const;
    const nobody = { kind: 'anonymous', reason: 'no token' } as const;
    const body = { kind: 'report', content };
    expect(
      (await call(host.announcements, contract.createAnnouncement, { body, principal: viewer })).status,
    ).toBe(403);
    expect(
      (await call(host.announcements, contract.createAnnouncement, { body, principal: nobody })).status,
    ).toBe(401);
  });
});

describe('the public would see too much, or too little', () => {
  test('nothing of drafts and plans; everything with a token of the event', async () => {
    const { id } = await draft();
    const { organizer, press, viewer, elsewhere } = host.tokens;
    for (const headers of [
      {},
      { authorization: `Bearer ${viewer}` },
      { authorization: `Bearer ${elsewhere}` },
    ]) {
      expect((await read(id, headers)).status).toBe(404);
      expect(ids(await list({}, headers))).not.toContain(id);
    }
    expect((await read(id, { authorization: 'Bearer bad' })).status).toBe(401);
    for (const authorization of [`Bearer ${organizer}`, `bearer ${press}`]) {
      const staff = await read(id, { authorization });
      expect(staff).toMatchObject({
        status: 200,
        headers: { etag: '"1"', 'cache-control': 'private, no-cache' },
        json: { state: 'draft' },
      });
      expect(ids(await list({ state: 'draft' }, { authorization }))).toContain(id);
    }
  });

  test('a text that is not named stays, one that is null goes, and a new language needs all of it', async () => {
    const draft = await call(host.announcements, contract.createAnnouncement, {
      body: { kind: 'notice', content },
    });
    const params = { announcement: String(draft.json['announcementId']) };
    const patch = (patched: object, etag = draft.headers['etag']) =>
      call(host.announcements, contract.patchAnnouncement, {
        params,
        headers: { 'if-match': etag ?? '' },
        body: { content: patched },
      });
    const renamed = await patch({ en: { title: 'Renamed' } });
    expect(renamed.json['content']).toEqual({ ...content, en: { ...content.en, title: 'Renamed' } });
    const alone = await patch({ zh: null }, renamed.headers['etag']);
    expect(Object.keys(alone.json['content'])).toEqual(['en']);
    const half = await patch({ zh: { title: '标题' } }, alone.headers['etag']);
    expect(half).toMatchObject({ status: 400, json: { errors: [{ pointer: '/content/zh/body' }] } });
    const headless = await patch({ en: null }, alone.headers['etag']);
    expect(headless.status).toBe(400);
  });

  test('a draft can be deleted, what is out cannot, and its editions can be read', async () => {
    const draft = await call(host.announcements, contract.createAnnouncement, {
      body: { kind: 'notice', content },
    });
    const params = { announcement: String(draft.json['announcementId']) };
    const remove = (of: typeof params, etag?: string) =>
      call(host.announcements, contract.deleteAnnouncement, {
        params: of,
        headers: etag ? { 'if-match': etag } : {},
      });
    expect((await remove(params)).status).toBe(428);
    expect((await remove(params, '"7"')).status).toBe(412);
    expect((await remove(params, draft.headers['etag'])).status).toBe(204);
    expect((await remove(params, draft.headers['etag'])).status).toBe(404);

    const { id, etag } = await publish();
    const refused = await remove({ announcement: id }, etag);
    expect(refused.status).toBe(409);
    const corrected = await change(contract.correctAnnouncement, id, etag, {
      content: { en: { title: 'Better' } },
      note: 'The title',
    });
    expect(corrected.json['content']).toHaveProperty('zh');
    const history = await call(host.announcements, contract.listEditions, { params: { announcement: id } });
    expect(history.json['items']).toMatchObject([
      { edition: 1, change: 'published', note: null },
      { edition: 2, change: 'corrected', note: 'The title', content: { en: { title: 'Better' } } },
    ]);
  });

  test('published, corrected, and retracted with title and reason only', async () => {
    const { id, etag } = await publish();
    expect((await read(id)).json).toMatchObject({ state: 'published', edition: 1, content, note: null });
    const corrected = await change(contract.correctAnnouncement, id, etag, {
      content: { en: { title: 'White Paper (2023)', body: 'Now with its year.', url: null }, zh: null },
      note: 'The year was missing',
    });
    expect(corrected.json).toMatchObject({ state: 'corrected', edition: 2 });
    const seen = await read(id);
    publicly.publicAnnouncement.parse(seen.json);
    expect(seen.json).toMatchObject({ state: 'corrected', edition: 2, note: 'The year was missing' });
    // Chinese readers, whose text was dropped, see the correction in the event's first language.
    expect((await read(id, {}, { language: 'zh' })).json['content']).toEqual({
      en: { title: 'White Paper (2023)', body: 'Now with its year.' },
    });
    expect(ids(await list({ language: 'zh' }))).toContain(id);
    const retracted = await change(contract.retractAnnouncement, id, corrected.headers['etag'] ?? '', {
      reason: 'Wrong file',
    });
    expect(retracted.json).toMatchObject({ state: 'retracted', edition: 3 });
    for (const shown of [await read(id), await list()]) {
      expect(shown.text).not.toContain('Now with its year');
      expect(shown.text).not.toContain('The year was missing');
      expect(shown.text).toContain('Wrong file');
    }
    expect((await read(id)).json['content']).toEqual({ en: { title: 'White Paper (2023)' } });
  });

  test('newest publication first, page by page, filtered', async () => {
    const first = await draft({ kind: 'award' });
    const second = await publish({ kind: 'award' });
    const third = await publish({ kind: 'award' });
    await change(contract.publishAnnouncement, first.id, first.etag);
    const all = [first.id, third.id, second.id];
    expect(ids(await list({ kind: 'award' }))).toEqual(all);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ kind: 'award', limit: '2', ...(cursor && { cursor }) });
      paged.push(...ids(page));
      cursor = z.string().optional().parse(page.json['nextCursor']);
    } while (cursor);
    expect(paged).toEqual(all);
    expect((await list({ cursor: 'A#' })).status).toBe(400);
    expect((await list({ limit: '0' })).status).toBe(400);
    expect(ids(await list({ state: 'draft' }))).toEqual([]);
  });

  test('a reader who has it gets 304, and the new text after a correction', async () => {
    const { id, etag: version } = await publish();
    for (const get of [
      (headers = {}) => read(id, headers),
      (headers = {}) => list({}, headers),
      (headers = {}) => call(host.public, publicly.getJsonFeed, { headers }),
      (headers = {}) => call(host.public, publicly.getAtomFeed, { headers }),
    ]) {
      const { headers, status } = await get();
      expect(status).toBe(200);
      expect(headers['etag']).toMatch(/^"[\w-]+"$/);
      expect(headers['cache-control']).toBe('public, max-age=15');
      for (const tag of [headers['etag'], `W/${headers['etag']}`, `"x", ${headers['etag']}`, '*']) {
        const again = await get({ 'if-none-match': tag });
        expect(again).toMatchObject({ status: 304, text: '', headers: { etag: headers['etag'] } });
      }
    }
    const { headers } = await read(id);
    await change(contract.correctAnnouncement, id, version, { content, note: 'n' });
    expect((await read(id, { 'if-none-match': headers['etag'] ?? '' })).status).toBe(200);
  });
});

describe('subscribers would miss an announcement, get it twice, or get one that is not out', () => {
  test('each edition goes once to the topic of each language, corrections to where the original went', async () => {
    const { messaging } = host;
    const queues = {
      en: await messaging.queue('readers-en'),
      zh: await messaging.queue('readers-zh'),
      awards: await messaging.queue('readers-awards'),
    };
    await deliver();
    const subscribe = async (language: string, arn: string, policy?: object) =>
      messaging.sns.send(
        new SubscribeCommand({
          TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${EVENT}-${language}`,
          Protocol: 'sqs',
          Endpoint: arn,
          ...(policy && { Attributes: { FilterPolicy: JSON.stringify(policy) } }),
        }),
      );
    await subscribe('en', queues.en.arn);
    await subscribe('zh', queues.zh.arn);
    await subscribe('en', queues.awards.arn, {
      kind: ['award'],
      sessionId: ['closing-ceremony', 'main-forum'],
    });

    const under = await draft({ topics: ['ai'], kind: 'award', sessionId: 'closing-ceremony' });
    await deliver();
    expect(await cloudEvents(queues.en.url, 1, 300)).toEqual([]);

    const published = await change(contract.publishAnnouncement, under.id, under.etag);
    await Promise.all([deliver(), deliver()]);
    await deliver();
    const [message] = await cloudEvents(queues.en.url, 2, 1_500);
    expect(message?.message).toMatchObject({
      specversion: '1.0',
      id: `${under.id}.1.en`,
      source: `/events/${EVENT}`,
      type: 'io.turnout.announcement.published.v1',
      data: {
        announcementId: under.id,
        edition: 1,
        kind: 'award',
        language: 'en',
        sessionId: 'closing-ceremony',
        ...content.en,
      },
    });
    expect(message?.attributes).toMatchObject({
      kind: { Type: 'String', Value: 'award' },
      topics: { Type: 'String.Array', Value: '["ai"]' },
      sessionId: { Value: 'closing-ceremony' },
      type: { Value: 'io.turnout.announcement.published.v1' },
      language: { Value: 'en' },
    });
    expect(await cloudEvents(queues.en.url, 1, 300)).toEqual([]);
    expect(await cloudEvents(queues.zh.url, 2, 500)).toMatchObject([{ message: { id: `${under.id}.1.zh` } }]);
    expect(await cloudEvents(queues.awards.url, 2, 500)).toHaveLength(1);

    const corrected = await change(contract.correctAnnouncement, under.id, published.headers['etag'], {
      content: { en: content.en, zh: null },
      note: 'Only in English',
    });
    await change(contract.retractAnnouncement, under.id, corrected.headers['etag'], { reason: 'Void' });
    await publish({ kind: 'report', topics: ['ai'] });
    await deliver();
    const zh = await cloudEvents(queues.zh.url, 4, 1_000);
    expect(zh.map(({ message: { id } }) => id)).toEqual(
      expect.arrayContaining([`${under.id}.2.en`, `${under.id}.3.en`]),
    );
    expect(zh).toHaveLength(3);
    expect(await cloudEvents(queues.awards.url, 3, 500)).toHaveLength(2);

    const deliveries = await call(host.deliveries, deliveriesContract.getDeliveries, {
      params: { announcement: under.id },
    });
    expect(deliveries.json['protocols']).toMatchObject([
      { protocol: 'https', basis: 'accepted-by-sns', sent: 6, failed: 0, pending: 0, delivered: null },
      { protocol: 'sqs', basis: 'accepted-by-sns', sent: 6, failed: 0, pending: 0, delivered: null },
      { protocol: 'email', basis: 'subscribers', addressed: 0 },
      { protocol: 'webhook', basis: 'subscribers', addressed: 0 },
      { protocol: 'push', basis: 'subscribers', addressed: 0 },
    ]);
  });

  test('editions of a day in which the stream stood still are found and sent, in order', async () => {
    const ledger = announcementLedger(host.engine.documents, 'Announcements');
    const { id, etag } = await publish({ topics: ['sweep'] });
    await change(contract.correctAnnouncement, id, etag, { content: { en: { title: 'Late' } }, note: 'n' });
    const sent: string[] = [];
    const swept = (clock: number) =>
      sweep({
        events: async () => [EVENT],
        announcements: announcementStore(host.engine.documents, 'Announcements'),
        ledger,
        publish: async (_event, edition, language) => {
          sent.push(`${edition.announcementId}.${edition.edition}.${language}`);
          return 'm';
        },
        clock: () => clock,
      })();
    await swept(Date.now());
    expect(sent.filter((one) => one.startsWith(id))).toEqual([]);
    await swept(Date.now() + 3 * 60_000);
    expect(sent.filter((one) => one.startsWith(id))).toEqual([
      `${id}.1.en`,
      `${id}.2.en`,
      `${id}.1.zh`,
      `${id}.2.zh`,
    ]);
    await swept(Date.now() + 4 * 60_000);
    expect(sent.filter((one) => one.startsWith(id))).toHaveLength(4);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
  });

  test('a missing topic holds up nobody else and is told to the organizer', async () => {
    const settings = {
      title: { en: 'x' },
      timeZone: 'UTC',
      languages: ['en', 'zh', 'fr'],
      onePlaceAtATime: false,
    };
    await host.events.change(EVENT, settings);
    const { id } = await publish({ content: { ...content, fr: content.en } });
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    const deliveries = await call(host.deliveries, deliveriesContract.getDeliveries, {
      params: { announcement: id },
    });
    expect(deliveries.json).toMatchObject({
      protocols: expect.arrayContaining([
        expect.objectContaining({ protocol: 'https', sent: 2, failed: 1, pending: 0 }),
        expect.objectContaining({ protocol: 'sqs' }),
      ]),
      failures: [{ edition: 1, language: 'fr', detail: expect.stringMatching(/NotFound/) }],
    });
  });

  test('after a crash in the middle of sending, another sender takes over', async () => {
    const ledger = announcementLedger(host.engine.documents, 'Announcements');
    const sending = { event: EVENT, announcementId: 'crashed', edition: 1, language: 'en' };
    const claims = await Promise.all(Array.from({ length: 8 }, () => ledger.claim(sending, 1_000)));
    expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
    expect(await ledger.claim(sending, 1_000 + CLAIM_MS)).toBe('busy');
    expect(await ledger.claim(sending, 1_001 + CLAIM_MS)).toBe('claimed');
    await ledger.settle(sending, { state: 'retry', detail: 'Throttled' }, 20_000);
    expect(await ledger.claim(sending, 20_001)).toBe('claimed');
    await ledger.settle(sending, { state: 'sent', messageId: 'm' }, 20_002);
    expect(await ledger.claim(sending, 9_999_999)).toBe('settled');
    expect(await ledger.list(EVENT, 'crashed')).toEqual([
      { edition: 1, language: 'en', state: 'sent', at: 20_002 },
    ]);
  });

  test('a page of long texts ends before Lambda’s limit, and the next goes on', async () => {
    const long = {
      en: { title: 'Long', body: '数'.repeat(20_000) },
      zh: { title: '长', body: '数'.repeat(20_000) },
    };
    const published = [];
    for (let count = 0; count < 30; count += 1)
      published.push((await publish({ kind: 'project', content: long })).id);
    const first = await list({ kind: 'project', limit: '1000' });
    expect(Buffer.byteLength(first.text)).toBeLessThan(4_000_000);
    const cursor = z.string().parse(first.json['nextCursor']);
    const second = await list({ kind: 'project', limit: '1000', cursor });
    expect([...ids(first), ...ids(second)]).toEqual(published.toReversed());
  });
});
