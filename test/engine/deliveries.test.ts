import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Parcel, Sent } from '../../functions/deliver/adapter.ts';
import { deliver } from '../../functions/deliver/deliver.ts';
import { ownReport } from '../../functions/deliveries/report.ts';
import { plan } from '../../functions/plan/plan.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { announcementMessage } from '../../shared/domain/announcement-message.ts';
import type { DeliveryTask } from '../../shared/runtime/delivery-queues.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberKey, subscriberShard } from '../../shared/store/subscribers/keys.ts';
import {
  ASK_AGAIN_MS,
  SUBSCRIBERS_PAGE,
  subscriberStore,
} from '../../shared/store/subscribers/subscribers.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const EVENT = 'gdec-2023';
const keys = subscriberKeys('secret of the test');

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

/** Mulberry32: the same numbers for the same seed, so that a failure is replayed alone. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const anEdition = (announcementId: string, edition: number): AnnouncementEdition => ({
  announcementId,
  kind: 'award',
  edition,
  change: edition === 1 ? 'published' : 'corrected',
  at: 0,
  mainLanguage: 'en',
  audience: ['en'],
  topics: [],
  sessionId: null,
  note: null,
  reason: null,
  content: { en: { title: `Edition ${edition}`, body: 'Text' } },
});

const batch = (...bodies: readonly string[]): SQSEvent =>
  z.custom<SQSEvent>().parse({
    Records: bodies.map((body, index) => ({
      messageId: String(index),
      body,
      attributes: { ApproximateReceiveCount: '1' },
    })),
  });

const fromSns = (edition: AnnouncementEdition): string =>
  JSON.stringify({
    TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${EVENT}-en`,
    Message: JSON.stringify(announcementMessage(EVENT, edition, 'en').message),
  });

/** The pipeline with a queue that repeats and shuffles, an endpoint that fails, and a process that dies. */
const rig = (seed: number, now = { ms: 1_000_000_000 }, fails?: (parcel: Parcel, ms: number) => boolean) => {
  const random = randomFrom(seed);
  const subscribers = subscriberStore(engine.documents, 'Subscribers');
  const ledger = deliveryLedger(engine.documents, 'Subscribers');
  const waiting: DeliveryTask[] = [];
  const received: { subscriptionId: string; edition: number; key: string }[] = [];
  const crashes = new Set<string>();
  const editions = new Map<string, AnnouncementEdition>();
  const queues = {
    send: async (tasks: readonly DeliveryTask[]) => {
      for (const task of tasks) waiting.push(...(random() < 0.3 ? [task, task] : [task]));
    },
  };
  const adapter = async (parcel: Parcel): Promise<Sent> => {
    const { subscriptionId, edition, idempotencyKey } = parcel;
    if (fails ? fails(parcel, now.ms) : random() < 0.15) return { kind: 'again', cause: 'answered 500' };
    received.push({ subscriptionId, edition: edition?.edition ?? 0, key: idempotencyKey });
    return { kind: 'sent', messageId: idempotencyKey };
  };
  const dying: typeof ledger.settle = async (recipient, result, at) => {
    if (random() < 0.1) {
      crashes.add(`${recipient.subscriptionId} ${recipient.edition}`);
      throw new Error('the process died before it could record');
    }
    await ledger.settle(recipient, result, at);
  };
  const deps = { clock: () => now.ms, subscribers, queues, postpone: async () => undefined };
  return {
    subscribers,
    ledger,
    received,
    crashes,
    waiting,
    random,
    now,
    editions,
    plan: plan({ ...deps, ledger, topicPrefix: 'turnout' }),
    deliver: deliver({
      ...deps,
      edition: async (_event, announcementId, edition) => editions.get(`${announcementId}.${edition}`),
      ledger: { claim: ledger.claim, settle: dying },
      keys: async () => keys,
      adapters: { webhook: adapter, push: adapter },
      spread: random,
    }),
  };
};
type Rig = ReturnType<typeof rig>;

const subscribe = async ({ subscribers, now }: Rig, count: number, wish: object = {}): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, index) =>
    keys.idOf(EVENT, 'webhook', `https://h${index}.example.org/${now.ms}`),
  );
  for (const subscriptionId of ids) {
    await subscribers.ask(
      EVENT,
      {
        subscriptionId,
        channel: 'webhook',
        endpoint: keys.seal('https://h.example.org', subscriptionId),
        language: 'en',
        ...wish,
      },
      now.ms,
    );
    await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' });
  }
  return ids;
};

/** Takes tasks in any order until none is left, letting time pass as the queue's delays would. */
const drain = async ({ waiting, deliver: run, now, random }: Rig): Promise<void> => {
  for (let steps = 0; waiting.length > 0; steps += 1) {
    if (steps > 5_000) throw new Error('the pipeline never comes to rest');
    const [task] = waiting.splice(Math.floor(random() * waiting.length), 1);
    now.ms += Math.floor(random() * 40_000);
    const result = await run(batch(JSON.stringify(task)));
    if (result.batchItemFailures.length > 0 && task) waiting.push(task);
  }
};

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
    subscriptionId === down ? true : subscriptionId === back && ms < start + 3_600_000,
  );
  [back = '', down = ''] = await subscribe(walk, 2);
  walk.editions.set('A-down.1', anEdition('A-down', 1));
  await walk.plan(batch(fromSns(anEdition('A-down', 1))));
  for (let task = walk.waiting.shift(); task; task = walk.waiting.shift()) {
    walk.now.ms = Math.max(walk.now.ms, task.notBefore);
    const { batchItemFailures } = await walk.deliver(batch(JSON.stringify(task)));
    if (batchItemFailures.length > 0) walk.waiting.push(task);
  }
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
  const { subscribers } = rig(1);
  const subscriptionId = keys.idOf(EVENT, 'webhook', 'https://flooded.example.org');
  const wish = { subscriptionId, channel: 'webhook' as const, endpoint: 'sealed', language: 'en' };
  expect(await subscribers.ask(EVENT, wish, 1_000)).toBe(true);
  expect(await subscribers.ask(EVENT, { ...wish, language: 'zh' }, 2_000)).toBe(false);
  expect((await subscribers.get(EVENT, subscriptionId))?.language).toBe('en');
  expect(await subscribers.ask(EVENT, wish, 1_000 + ASK_AGAIN_MS + 1)).toBe(true);
  await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' });
  expect(await subscribers.ask(EVENT, { ...wish, language: 'zh' }, 1_000 + 10 * ASK_AGAIN_MS)).toBe(false);
  expect(await subscribers.get(EVENT, subscriptionId)).toMatchObject({ status: 'confirmed', language: 'en' });
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
