import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Queue, startQueue } from '../../rehearse/queue.ts';
import { startWebhook, type Webhook } from '../../rehearse/webhook.ts';
import { announcement } from '../../shared/contract/announcements.ts';
import { problemDetails } from '../../shared/contract/problem-details.ts';
import { publicAnnouncement } from '../../shared/contract/public-announcements.ts';
import { ask, present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
let webhook: Webhook;
let queue: Queue;

const EVENT = '/events/gdec-2023';
const content = (title: string) => ({
  en: { title, body: `${title}, in full.` },
  zh: { title: `${title}(中文)`, body: `${title},全文。` },
});
const press = (method: string, path: string, body?: unknown, etag?: string | null) =>
  ask(system.credentials, method, `${EVENT}${path}`, {
    token: system.credentials.pressToken,
    ...(body !== undefined && { body }),
    headers: etag ? { 'if-match': etag } : {},
  });
const publicly = (path: string) => ask(system.credentials, 'GET', `${EVENT}${path}`);
const publicList = async () =>
  (await publicly('/announcements?limit=1000')).json(z.object({ items: z.array(publicAnnouncement) })).items;
const draft = async (title: string) => {
  const answer = await press('POST', '/announcements', { kind: 'report', content: content(title) });
  expect(answer.status).toBe(201);
  return { ...answer.json(announcement), etag: answer.headers.get('etag') };
};
const arrivedAt = (subscriber: Webhook | Queue, announcementId: string) =>
  subscriber.arrivals.filter(({ event }) => event.data.announcementId === announcementId);
const soon = { timeout: 15_000, interval: 50 };

beforeAll(async () => {
  system = await startTestTurnout();
  webhook = await startWebhook('zh', system.credentials.baseUrl);
  queue = await startQueue('en', present(system.credentials.aws));
  for (const [protocol, { endpoint }, language] of [
    ['https', webhook, 'zh'],
    ['sqs', queue, 'en'],
  ] as const) {
    const answer = await ask(system.credentials, 'POST', `${EVENT}/subscriptions`, {
      body: { protocol, endpoint, language },
    });
    expect(answer.status, answer.text).toBe(202);
  }
  await webhook.confirmed();
});
afterAll(async () => {
  await webhook?.close();
  await queue?.close();
  await system.stop();
});

describe('a subscriber', () => {
  it('hears of an outcome once, in its language, with a signature that holds', async () => {
    const { announcementId, etag } = await draft('White paper');
    const published = await press('POST', `/announcements/${announcementId}/publish`, undefined, etag);
    expect(published.status, published.text).toBe(200);
    await expect.poll(() => arrivedAt(webhook, announcementId).length, soon).toBe(1);
    await expect.poll(() => arrivedAt(queue, announcementId).length, soon).toBe(1);
    expect(arrivedAt(webhook, announcementId)[0]?.event).toMatchObject({
      id: `${announcementId}.1.zh`,
      type: 'io.turnout.announcement.published.v1',
      source: EVENT,
      data: { language: 'zh', edition: 1, title: 'White paper(中文)' },
    });
    expect(webhook.faults).toEqual([]);
    await system.turnout.host.drained();
    await sleep(500);
    expect(arrivedAt(webhook, announcementId)).toHaveLength(1);
  });

  it('hears of a correction and a retraction wherever the original went', async () => {
    const { announcementId, etag } = await draft('List of 12');
    const path = `/announcements/${announcementId}`;
    const first = await press('POST', `${path}/publish`, undefined, etag);
    const second = await press(
      'POST',
      `${path}/correct`,
      { content: content('List of 13'), note: 'one was missing' },
      first.headers.get('etag'),
    );
    expect(second.status, second.text).toBe(200);
    const third = await press(
      'POST',
      `${path}/retract`,
      { reason: 'withdrawn by the jury' },
      second.headers.get('etag'),
    );
    expect(third.status, third.text).toBe(200);
    const types = ['published', 'corrected', 'retracted'].map((what) => `io.turnout.announcement.${what}.v1`);
    for (const subscriber of [webhook, queue]) {
      await expect
        .poll(
          () =>
            arrivedAt(subscriber, announcementId)
              .map(({ event }) => event.type)
              .sort(),
          soon,
        )
        .toEqual(types.toSorted());
    }
    const shown = (await publicList()).find((each) => each.announcementId === announcementId);
    expect(shown).toMatchObject({ state: 'retracted', reason: 'withdrawn by the jury' });
    expect(JSON.stringify(shown)).not.toContain('in full');
  });
});

describe('a subscriber who narrows by topic', () => {
  it('hears of announcements with any of the topics, and of no other', async () => {
    const narrow = await startQueue('en', present(system.credentials.aws));
    const subscribed = await ask(system.credentials, 'POST', `${EVENT}/subscriptions`, {
      body: {
        protocol: 'sqs',
        endpoint: narrow.endpoint,
        language: 'en',
        topics: ['data-elements', 'lhasa'],
      },
    });
    expect(subscribed.status, subscribed.text).toBe(202);
    const publish = async (title: string, topics: string[]) => {
      const drafted = await press('POST', '/announcements', {
        kind: 'report',
        content: content(title),
        topics,
      });
      const { announcementId } = drafted.json(announcement);
      await press('POST', `/announcements/${announcementId}/publish`, undefined, drafted.headers.get('etag'));
      return announcementId;
    };
    const other = await publish('On security', ['digital-security']);
    const wanted = await publish('On data', ['digital-security', 'data-elements']);
    await expect.poll(() => arrivedAt(narrow, wanted).length, soon).toBe(1);
    await expect.poll(() => arrivedAt(queue, other).length, soon).toBe(1);
    expect(arrivedAt(narrow, other)).toEqual([]);
    await narrow.close();
  });
});

describe('an embargo', () => {
  it('holds everywhere until its time, and ends within seconds of it', async () => {
    const { announcementId, etag } = await draft('Embargoed index report');
    const publishAt = Date.now() + 4000;
    const scheduled = await press(
      'POST',
      `/announcements/${announcementId}/schedule`,
      { publishAt: new Date(publishAt).toISOString() },
      etag,
    );
    expect(scheduled.status, scheduled.text).toBe(200);
    const places = [
      '/announcements',
      `/announcements/${announcementId}`,
      '/announcements/feed.json',
      '/announcements/feed.atom',
    ];
    let seenAt: number | undefined;
    while (seenAt === undefined && Date.now() < publishAt + 15_000) {
      for (const place of places) {
        const { text } = await publicly(place);
        if (text.includes('Embargoed index report')) seenAt ??= Date.now();
      }
      await sleep(50);
    }
    expect(present(seenAt)).toBeGreaterThanOrEqual(publishAt);
    expect(present(seenAt) - publishAt).toBeLessThan(5000);
    await expect.poll(() => arrivedAt(webhook, announcementId).length, soon).toBe(1);
    expect(arrivedAt(webhook, announcementId)[0]?.at).toBeGreaterThanOrEqual(publishAt);
  });

  it('holds for drafts: only press and organizers see them', async () => {
    const { announcementId } = await draft('Only a draft');
    expect((await publicly(`/announcements/${announcementId}`)).status).toBe(404);
    expect((await press('GET', `/announcements/${announcementId}`)).json(announcement).state).toBe('draft');
  });
});

describe('a change', () => {
  it('needs the ETag that was read, and the right state', async () => {
    const { announcementId, etag } = await draft('Contested');
    const path = `/announcements/${announcementId}`;
    const codeOf = async (answer: Promise<Awaited<ReturnType<typeof press>>>) => {
      const { status, json } = await answer;
      return [status, json(problemDetails).type.split('/').at(-1)];
    };
    expect(await codeOf(press('PATCH', path, { kind: 'award' }))).toEqual([428, 'precondition-required']);
    expect(await codeOf(press('PATCH', path, { kind: 'award' }, '"99"'))).toEqual([
      412,
      'precondition-failed',
    ]);
    expect(await codeOf(press('POST', `${path}/retract`, { reason: 'no' }, etag))).toEqual([
      409,
      'illegal-transition',
    ]);
  });
});
