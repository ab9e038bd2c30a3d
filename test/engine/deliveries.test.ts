import { BatchWriteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownReport } from '../../functions/deliveries/report.ts';
import { ASK_AGAIN_MS } from '../../shared/store/subscribers/asking.ts';
import { subscriberKey, subscriberShard } from '../../shared/store/subscribers/keys.ts';
import { SUBSCRIBERS_PAGE, subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import {
  anEdition,
  batch,
  deliveryRig,
  drain,
  EVENT,
  fromSns,
  keys,
  retried,
  subscribe,
} from './delivery-rig.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

type Walk = Parameters<typeof deliveryRig> extends [unknown, ...infer Rest] ? Rest : never;
const rig = (...walk: Walk) => deliveryRig(engine, ...walk);

describe('a subscriber would get an edition twice, out of order, or never', () => {
  test.each([2023, 7, 42, 99])('seed %i', async (seed) => {
    const walk = rig(seed, { ms: seed * 10_000_000_000 });
    const announcementId = `A-${seed}`;
    const ids = await subscribe(walk, 30);
    const editions = [1, 2, 3].map((edition) => anEdition(announcementId, edition));
    for (const edition of editions) walk.editions.set(`${announcementId}.${edition.edition}`, edition);
    // Topics bring editions in any order, and again.
    for (const edition of [...editions, ...editions].sort(() => walk.random() - 0.5)) {
      await walk.plan(batch(fromSns(edition)));
    }
    await drain(walk);

    for (const subscriptionId of ids) {
      const got = walk.received.filter((one) => one.subscriptionId === subscriptionId);
      const numbers = got.map(({ edition }) => edition);
      expect(numbers.at(-1), `last of ${subscriptionId}`).toBe(3);
      expect([...numbers].sort(), `order at ${subscriptionId}`).toEqual(numbers);
      for (const edition of [1, 2, 3]) {
        const times = numbers.filter((one) => one === edition).length;
        const died = walk.crashes.has(`${subscriptionId} ${edition}`);
        if (!died) expect(times, `edition ${edition} at ${subscriptionId}`).toBeLessThanOrEqual(1);
        expect(
          new Set(got.filter((one) => one.edition === edition).map(({ key }) => key)).size,
        ).toBeLessThanOrEqual(1);
      }
    }
    expect(walk.crashes.size).toBeGreaterThan(0);
  });
});

test('people would get what they did not ask for', async () => {
  const walk = rig(5, { ms: 77_000_000_000 });
  const awards = await subscribe(walk, 2, { kinds: ['award'] });
  walk.now.ms += 1;
  await subscribe(walk, 2, { kinds: ['report'] });
  walk.now.ms += 1;
  await subscribe(walk, 2, { language: 'zh' });
  walk.now.ms += 1;
  const [pending = ''] = await subscribe(walk, 1);
  await walk.subscribers.change(EVENT, pending, { status: 'pending' });
  walk.editions.set('A-kinds.1', anEdition('A-kinds', 1));
  await walk.plan(batch(fromSns(anEdition('A-kinds', 1))));
  await drain(walk);
  const own = new Set(walk.received.map(({ subscriptionId }) => subscriptionId));
  for (const id of awards) expect(own).toContain(id);
  expect(own).not.toContain(pending);
  const zh = walk.received.filter(({ subscriptionId }) => !awards.includes(subscriptionId));
  // Only those of the walks above, who want everything in English.
  for (const { subscriptionId } of zh) {
    expect((await walk.subscribers.get(EVENT, subscriptionId))?.language).toBe('en');
    expect((await walk.subscribers.get(EVENT, subscriptionId))?.kinds).toBeUndefined();
  }
});

test('who left or was stopped before their turn would be awaited for ever, and nobody would know why', async () => {
  const walk = rig(11, { ms: 88_000_000_000 });
  const [left = '', stopped = ''] = await subscribe(walk, 4);
  walk.editions.set('A-left.1', anEdition('A-left', 1));
  await walk.plan(batch(fromSns(anEdition('A-left', 1))));
  await walk.subscribers.remove(EVENT, left);
  await walk.subscribers.suppress(EVENT, stopped, walk.now.ms);
  await drain(walk);
  const sum = ownReport();
  for await (const page of walk.ledger.pages(EVENT, 'A-left')) sum.add(page);
  const { protocols, causes, suppressed } = sum.total();
  expect(protocols.find(({ protocol }) => protocol === 'webhook')).toMatchObject({
    pending: 0,
    suppressed: 2,
  });
  expect(causes).toEqual([
    { protocol: 'webhook', state: 'suppressed', cause: 'stopped before it was sent: suppressed', count: 1 },
    { protocol: 'webhook', state: 'suppressed', cause: 'unsubscribed before it was sent', count: 1 },
  ]);
  expect(
    suppressed.map(({ protocol, edition, detail }) => `${protocol} ${edition} ${detail}`).toSorted(),
  ).toEqual([
    'webhook 1 stopped before it was sent: suppressed',
    'webhook 1 unsubscribed before it was sent',
  ]);
});

test('a webhook that is down for an hour would miss what it subscribed to, one that stays down be called for ever', async () => {
  const start = 99_000_000_000;
  let back = '';
  let down = '';
  const walk = rig(21, { ms: start }, ({ subscriptionId }, ms) =>
    subscriptionId === down || (subscriptionId === back && ms < start + 3_600_000)
      ? { kind: 'again', cause: 'answered 500' }
      : undefined,
  );
  [back = '', down = ''] = await subscribe(walk, 2);
  walk.editions.set('A-down.1', anEdition('A-down', 1));
  await walk.plan(batch(fromSns(anEdition('A-down', 1))));
  await retried(walk);
  expect(walk.received.filter(({ subscriptionId }) => subscriptionId === back).length).toBeGreaterThanOrEqual(
    1,
  );
  expect(walk.received.filter(({ subscriptionId }) => subscriptionId === down)).toEqual([]);
  expect(walk.now.ms - start).toBeGreaterThan(3 * 24 * 3_600_000);
  expect((await walk.subscribers.get(EVENT, down))?.status).toBe('disabled');
  expect((await walk.subscribers.get(EVENT, back))?.status).toBe('confirmed');
  const sum = ownReport();
  for await (const page of walk.ledger.pages(EVENT, 'A-down')) sum.add(page);
  expect(sum.total().causes).toEqual([
    { protocol: 'webhook', state: 'failed', cause: 'answered 500; disabled after three days', count: 1 },
  ]);
});

test('a stranger would change a subscription, or flood an endpoint with requests to confirm', async () => {
  const { subscribers, now } = rig(1);
  const subscriptionId = keys.idOf(EVENT, 'webhook', 'https://flooded.example.org');
  const wish = { subscriptionId, channel: 'webhook' as const, endpoint: 'sealed', language: 'en' };
  expect(await subscribers.ask(EVENT, wish, now.ms)).toBe(true);
  expect(await subscribers.ask(EVENT, { ...wish, language: 'zh' }, now.ms + 1_000)).toBe(false);
  expect((await subscribers.get(EVENT, subscriptionId))?.language).toBe('en');
  expect(await subscribers.ask(EVENT, wish, now.ms + ASK_AGAIN_MS + 1)).toBe(true);
  await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' });
  expect(await subscribers.ask(EVENT, { ...wish, language: 'zh' }, now.ms + 10 * ASK_AGAIN_MS)).toBe(false);
  expect(await subscribers.get(EVENT, subscriptionId)).toMatchObject({ status: 'confirmed', language: 'en' });
});

test('an address that nobody confirmed, or that bounced, would be kept for ever once its language was changed', async () => {
  const walk = rig(1, { ms: 130_000_000_000 });
  const [subscriptionId = ''] = await subscribe(walk, 1, {}, 'pending');
  const expiry = async () => {
    const Key = subscriberKey(EVENT, subscriptionId);
    const { Item } = await engine.documents.send(new GetCommand({ TableName: 'Subscribers', Key }));
    return Item?.['expiresAt'];
  };
  await walk.subscribers.change(EVENT, subscriptionId, { language: 'zh' });
  expect(await expiry()).toBe(130_000_000 + 48 * 3_600);
  await walk.subscribers.change(EVENT, subscriptionId, { status: 'confirmed' });
  expect(await expiry()).toBeUndefined();
  await walk.subscribers.suppress(EVENT, subscriptionId, walk.now.ms);
  await walk.subscribers.change(EVENT, subscriptionId, { kinds: ['award'] });
  expect(await expiry()).toBe(130_000_000 + 90 * 86_400);
});

test('planning for very many would take all of the function’s memory', async () => {
  const inOneShard = Array.from({ length: 40 * SUBSCRIBERS_PAGE }, (_, index) => `page-${index}`)
    .filter((subscriptionId) => subscriberShard(subscriptionId) === 0)
    .slice(0, SUBSCRIBERS_PAGE + 25);
  const Item = inOneShard.map((subscriptionId) => ({
    ...subscriberKey('fair', subscriptionId),
    subscriptionId,
    channel: 'email',
    status: 'confirmed',
    endpoint: 'sealed',
    language: 'en',
    askedAt: 0,
    secretVersion: 1,
    rotatedAt: 0,
  }));
  while (Item.length > 0) {
    const Subscribers = Item.splice(0, 25).map((one) => ({ PutRequest: { Item: one } }));
    await engine.documents.send(new BatchWriteCommand({ RequestItems: { Subscribers } }));
  }
  const pages: number[] = [];
  for await (const page of subscriberStore(engine.documents, 'Subscribers').pages('fair', 0))
    pages.push(page.length);
  expect(pages).toEqual([SUBSCRIBERS_PAGE, 25]);
});

describe('whoever is asked to confirm would be asked again by a message that comes twice, or never after a crash', () => {
  test.each([2023, 7, 42, 99])('seed %i', async (seed) => {
    const walk = rig(seed, { ms: 50_000_000_000 + seed * 1_000_000 }, () => undefined);
    const ids = await subscribe(walk, 30, { channel: 'push' }, 'pending');
    for (const subscriptionId of ids) {
      const task = { kind: 'confirmation', channel: 'push', event: EVENT, subscriptionId } as const;
      walk.waiting.push(...Array.from({ length: 3 }, () => ({ ...task, attempt: 1, notBefore: 0 })));
    }
    await drain(walk);
    for (const subscriptionId of ids) {
      const asked = walk.received.filter((one) => one.subscriptionId === subscriptionId);
      const died = [...walk.crashes].some((crash) => crash.startsWith(subscriptionId));
      expect(asked.length, subscriptionId).toBeGreaterThanOrEqual(1);
      if (!died) expect(asked.length, subscriptionId).toBe(1);
      expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    }
    expect(walk.crashes.size).toBeGreaterThan(0);
    expect(walk.crashes.size).toBeLessThan(ids.length);
  });
});

test('a reader would be given up for days on which our own account may not send', async () => {
  let reader = '';
  const walk = rig(31, { ms: 120_000_000_000 }, ({ subscriptionId }) =>
    subscriptionId === reader
      ? { kind: 'again', cause: 'SES: LimitExceededException', ours: true }
      : undefined,
  );
  [reader = ''] = await subscribe(walk, 1);
  walk.editions.set('A-quota.1', anEdition('A-quota', 1));
  await walk.plan(batch(fromSns(anEdition('A-quota', 1))));
  await retried(walk);
  expect((await walk.subscribers.get(EVENT, reader))?.status).toBe('confirmed');
  const sum = ownReport();
  for await (const page of walk.ledger.pages(EVENT, 'A-quota')) sum.add(page);
  expect(sum.total().causes).toContainEqual({
    protocol: 'webhook',
    state: 'failed',
    cause: 'SES: LimitExceededException; given up after three days, the subscription stays',
    count: 1,
  });
});
