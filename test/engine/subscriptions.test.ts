import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manageSubscription } from '../../functions/subscriptions/manage.ts';
import { askOwnChannel } from '../../functions/subscriptions/own-channels.ts';
import * as contract from '../../shared/contract/subscriptions.ts';
import { rotated, SUBSCRIBER_SHARDS, signingVersions } from '../../shared/domain/subscriber.ts';
import type { DeliveryTask } from '../../shared/runtime/delivery-queues.ts';
import { NotQueuedError } from '../../shared/runtime/send-all.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { askingLimits } from '../../shared/store/subscribers/asking-limits.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { type AnnouncementHost, call, EVENT, startAnnouncementHost } from './announcement-host.ts';

let host: AnnouncementHost;
let queueArn: string;
beforeAll(async () => {
  host = await startAnnouncementHost();
  queueArn = (await host.messaging.queue('readers')).arn;
});
afterAll(() => host.stop());

const subscribe = (body: object, params = {}) =>
  call(host.subscriptions, contract.createSubscription, {
    params,
    body: { language: 'en', ...body },
    principal: { kind: 'anonymous', reason: 'no token' },
  });

const subscribeFrom = (source: string, body: object, params = {}, headers = {}) =>
  call(host.subscriptions, contract.createSubscription, {
    params,
    headers,
    source,
    body: { language: 'en', ...body },
    principal: { kind: 'anonymous', reason: 'no token' },
  });

const subscriptionsOf = async (language: string) => {
  const { Subscriptions = [] } = await host.messaging.sns.send(
    new ListSubscriptionsByTopicCommand({
      TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${EVENT}-${language}`,
    }),
  );
  return Subscriptions;
};

test('a subscriber’s failed messages would be lost, or a narrow wish ignored', async () => {
  const answer = await subscribe({
    protocol: 'sqs',
    endpoint: queueArn,
    kinds: ['award', 'award'],
    topics: ['ai'],
  });
  expect(answer).toMatchObject({ status: 202, json: { status: 'pending' } });
  const [subscription] = await subscriptionsOf('en');
  const { Attributes = {} } = await host.messaging.sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription?.SubscriptionArn }),
  );
  expect(JSON.parse(Attributes['FilterPolicy'] ?? '{}')).toEqual({ kind: ['award'], topics: ['ai'] });
  expect(JSON.parse(Attributes['RedrivePolicy'] ?? '{}')).toEqual({ deadLetterTargetArn: host.deadArn });
});

test('a stranger could find out who is subscribed, or change it', async () => {
  const first = await subscribe({ protocol: 'https', endpoint: 'https://hooks.example.org/turnout' });
  for (const body of [{}, { kinds: ['award'] }, { topics: ['x'] }]) {
    const again = await subscribe({
      protocol: 'https',
      endpoint: 'https://hooks.example.org/turnout',
      ...body,
    });
    expect(again.status).toBe(202);
    expect(again.text).toBe(first.text);
  }
  const webhooks = (await subscriptionsOf('en')).filter(({ Protocol }) => Protocol === 'https');
  expect(webhooks).toHaveLength(1);
  const { Attributes = {} } = await host.messaging.sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: webhooks[0]?.SubscriptionArn }),
  );
  expect(Attributes).not.toHaveProperty('FilterPolicy');
  expect(JSON.parse(Attributes['DeliveryPolicy'] ?? '{}')).toMatchObject({
    healthyRetryPolicy: { numRetries: 55 },
  });
});

describe('an endpoint that can never work, or should not be reached, would be taken', () => {
  test.each([
    ['https', 'hooks.example.org', '/endpoint'],
    ['https', 'http://hooks.example.org/x', '/endpoint'],
    ['https', 'https://user:secret@hooks.example.org/', '/endpoint'],
    ['https', 'https://10.0.0.8/hook', '/endpoint'],
    ['https', 'https://0x0a.1/hook', '/endpoint'],
    ['https', 'https://169.254.169.254/latest/meta-data', '/endpoint'],
    ['https', 'https://[fd00::1]/hook', '/endpoint'],
    ['https', 'https://intranet/hook', '/endpoint'],
    ['https', 'https://printer.local/hook', '/endpoint'],
    ['https', 'https://vault.corp.internal./hook', '/endpoint'],
    ['sqs', 'https://sqs.us-east-1.amazonaws.com/123456789012/readers', '/endpoint'],
    ['sqs', 'arn:aws:sqs:us-east-1:123456789012:readers.fifo', '/endpoint'],
    ['sqs', 'arn:aws:sns:us-east-1:123456789012:readers', '/endpoint'],
    ['sqs', 'arn:aws:sqs:us-east-1:000000000000:due', '/endpoint'],
    ['sqs', 'arn:aws:sqs:us-east-1:000000000000:announcements-dead', '/endpoint'],
    ['email', 'ada.example.org', '/endpoint'],
    ['webhook', 'https://10.0.0.1/hook', '/endpoint'],
    ['push', '{"endpoint": "https://push.example.org"}', '/endpoint'],
    ['pigeon', 'roof', '/protocol'],
  ])('%s %s', async (protocol, endpoint, pointer) => {
    const answer = await subscribe({ protocol, endpoint });
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
    expect(answer.text).not.toContain('secret');
  });

  test('a language that the event does not have, an event that there is not', async () => {
    const answer = await subscribe({ protocol: 'sqs', endpoint: queueArn, language: 'fr' });
    expect(answer).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/language', detail: expect.stringContaining('en, zh') }] },
    });
    expect((await subscribe({ protocol: 'sqs', endpoint: queueArn }, { event: 'nowhere' })).status).toBe(404);
  });
});

test('a webhook on this machine could not be tried out on the local host', async () => {
  for (const endpoint of ['http://127.0.0.1:9911/hook', 'https://localhost:9912/hook']) {
    expect((await subscribe({ protocol: 'https', endpoint, language: 'zh' })).status).toBe(202);
  }
  expect((await subscriptionsOf('zh')).map(({ Protocol }) => Protocol).sort()).toEqual(['http', 'https']);
});

test('an organizer would not know how many are listening', async () => {
  const counts = await call(host.subscriptions, contract.countSubscriptions);
  expect(counts.status).toBe(200);
  expect(counts.json).toMatchObject({ total: 4 });
  expect(counts.json['items']).toEqual(
    expect.arrayContaining([
      { protocol: 'sqs', status: 'confirmed', language: 'en', count: 1 },
      { protocol: 'https', status: expect.any(String), language: 'en', count: 1 },
      { protocol: 'https', status: expect.any(String), language: 'zh', count: 2 },
    ]),
  );
  const press = { kind: 'user', subject: 'p', roles: ['press'], events: null } as const;
  expect((await call(host.subscriptions, contract.countSubscriptions, { principal: press })).status).toBe(
    403,
  );
});

describe('a flood of requests would reach people who asked for nothing', () => {
  test('one mailbox is asked once within the hour, whoever asks for it, for which event, in which spelling', async () => {
    await host.events.create(
      'gdec-2024',
      { title: { en: 'Next year' }, timeZone: 'Asia/Shanghai', languages: ['en'], onePlaceAtATime: false },
      [],
    );
    const spellings = ['ada.lovelace@example.org', 'Ada.Lovelace@example.org', 'adalovelace+1@EXAMPLE.org'];
    for (const [index, endpoint] of [...spellings, ...spellings].entries()) {
      const event = index < spellings.length ? EVENT : 'gdec-2024';
      const answer = await subscribeFrom(
        `203.0.113.${20 + index}`,
        { protocol: 'email', endpoint },
        { event },
      );
      expect(answer).toMatchObject({ status: 202, json: { status: 'pending' } });
    }
    const tasks = (await host.messaging.receive(host.mailTasks, 7, 500)).map(({ Body = '' }) =>
      JSON.parse(Body),
    );
    expect(tasks).toHaveLength(6);
    expect(tasks.filter(({ attempt }) => attempt > 0)).toHaveLength(1);
  });

  test('one source asks for a bounded number of endpoints within the hour, whatever it says of itself', async () => {
    const ask = (source: string, name: string, headers = {}) =>
      subscribeFrom(source, { protocol: 'webhook', endpoint: `https://${name}.example.org/` }, {}, headers);
    const network = (host: number) => `2001:db8:1:2::${host.toString(16)}`;
    for (let index = 0; index < 50; index += 1)
      expect((await ask(network(index), `a${index}`)).status).toBe(202);
    const refused = await ask(network(51), 'a51');
    expect(refused).toMatchObject({ status: 429, json: { detail: expect.stringContaining('minutes') } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // What is subscribed already is answered the same.
    expect((await ask(network(51), 'a0')).text).toBe(refused.text);
    expect((await ask('2001:db8:1:3::1', 'a52')).status).toBe(202);
    // Behind CloudFront the one before the last is the visitor; what stands before that is invented.
    const edge = '203.0.113.200';
    const through = (visitor: string, name: string) =>
      ask(edge, name, { 'x-forwarded-for': `198.51.100.7, ${visitor}, ${edge}` });
    for (let index = 0; index < 50; index += 1) await through(network(index), `b${index}`);
    expect((await through(network(1), 'b50')).status).toBe(429);
    expect((await through('198.51.100.8', 'b51')).status).toBe(202);
  });
});

test('whoever asked while our queue was out of reach would be told that a message is on its way, for an hour', async () => {
  const keys = subscriberKeys('secret of the test');
  const sent: DeliveryTask[] = [];
  let reachable = false;
  const deps = {
    subscribers: subscriberStore(host.engine.documents, 'Subscribers', () => 1_700_000_000_000),
    limits: askingLimits(host.engine.documents, 'Subscribers'),
    queues: {
      send: async (tasks: readonly DeliveryTask[]) => {
        if (!reachable) throw new NotQueuedError('out of reach');
        sent.push(...tasks);
      },
    },
    keys: async () => keys,
    endpoints: { loopback: false, ownAccount: null, ownQueues: [] },
    mail: true,
    clock: () => 1_700_000_000_000,
  };
  const endpoint = 'grace@example.org';
  const wish = {
    event: EVENT,
    channel: 'email' as const,
    endpoint,
    language: 'en',
    kinds: undefined,
    topics: undefined,
  };
  await expect(askOwnChannel(deps, wish)).rejects.toThrow(NotQueuedError);
  reachable = true;
  await askOwnChannel(deps, wish);
  await askOwnChannel(deps, wish);
  expect(sent.map(({ attempt }) => attempt)).toEqual([1, 0]);
});

test('a secret that was rotated away would sign again for whoever left and came back', async () => {
  const keys = subscriberKeys('secret of the test');
  const subscribers = subscriberStore(host.engine.documents, 'Subscribers', () => 1_700_000_000_000);
  const endpoint = 'https://hooks.example.org/left';
  const subscriptionId = keys.idOf(EVENT, 'webhook', endpoint);
  const wish = {
    subscriptionId,
    channel: 'webhook' as const,
    endpoint: keys.seal(endpoint, subscriptionId),
    language: 'en',
    kinds: undefined,
    topics: undefined,
  };
  const hour = 60 * 60_000;
  const versions: number[] = [];
  for (const now of [1_700_000_000_000, 1_700_000_000_000 + hour]) {
    expect(await subscribers.ask(EVENT, wish, now)).toBe(true);
    const asked = await subscribers.get(EVENT, subscriptionId);
    // Asked again, it is the same: what was sent with the first request to confirm holds.
    expect(await subscribers.ask(EVENT, wish, now + hour + 1)).toBe(true);
    const askedAgain = await subscribers.get(EVENT, subscriptionId);
    if (!asked || !askedAgain) throw new Error('it is not stored');
    expect(askedAgain.secretVersion).toBe(asked.secretVersion);
    const change = { status: 'confirmed' as const, ...rotated(asked, now) };
    const changed = await subscribers.change(EVENT, subscriptionId, change);
    versions.push(...signingVersions({ ...asked, ...changed }, now));
    // A PATCH of nothing.
    expect(await subscribers.change(EVENT, subscriptionId, {})).toEqual(changed);
    await subscribers.remove(EVENT, subscriptionId);
    expect(await subscribers.change(EVENT, subscriptionId, {})).toBeUndefined();
  }
  expect(new Set(versions).size).toBe(4);
});

describe('what nobody confirmed', () => {
  const keys = subscriberKeys('secret of the test');
  const HOUR = 60 * 60_000;
  const asked = 1_700_000_000_000;
  const wishOf = (name: string) => {
    const endpoint = `https://hooks.example.org/${name}`;
    const subscriptionId = keys.idOf(EVENT, 'webhook', endpoint);
    const sealed = keys.seal(endpoint, subscriptionId);
    return { subscriptionId, channel: 'webhook' as const, endpoint: sealed, language: 'en' };
  };

  test('would be there for as long as DynamoDB takes to delete it', async () => {
    let now = asked;
    const subscribers = subscriberStore(host.engine.documents, 'Subscribers', () => now);
    const wish = wishOf('expired');
    const { subscriptionId } = wish;
    const all = async () => {
      const found: string[] = [];
      for (let shard = 0; shard < SUBSCRIBER_SHARDS; shard += 1)
        for await (const page of subscribers.pages(EVENT, shard))
          found.push(...page.map((one) => one.subscriptionId));
      return found;
    };
    const isThere = async () => [
      (await subscribers.get(EVENT, subscriptionId)) !== undefined,
      (await subscribers.many(EVENT, [subscriptionId])).length === 1,
      (await all()).includes(subscriptionId),
    ];
    await subscribers.ask(EVENT, wish, asked);
    now = asked + 48 * HOUR - 1;
    expect(await isThere()).toEqual([true, true, true]);
    now = asked + 48 * HOUR;
    expect(await isThere()).toEqual([false, false, false]);
    expect(await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' })).toBeUndefined();
    // Asked for again it is another one, and once confirmed it stays.
    expect(await subscribers.ask(EVENT, wish, now)).toBe(true);
    expect(await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' })).toMatchObject({
      secretVersion: now,
    });
    now += 365 * 24 * HOUR;
    expect(await isThere()).toEqual([true, true, true]);
    // After it complained it is forgotten, however long that takes, and may be asked again.
    await subscribers.suppress(EVENT, subscriptionId, now);
    expect(await subscribers.ask(EVENT, wish, now)).toBe(false);
    now += 90 * 24 * HOUR;
    expect(await isThere()).toEqual([false, false, false]);
    expect(await subscribers.ask(EVENT, wish, now)).toBe(true);
    expect(await subscribers.get(EVENT, subscriptionId)).toMatchObject({
      status: 'pending',
      secretVersion: now,
    });
  });

  test('a secret that nothing uses would be given to who has no webhook', async () => {
    const subscribers = subscriberStore(host.engine.documents, 'Subscribers');
    const { change } = manageSubscription({
      event: async () => ({ languages: ['en', 'fr'] }),
      subscribers,
      keys: async () => keys,
      clock: Date.now,
    });
    const rotate = async (channel: 'email' | 'push' | 'webhook', endpoint: string) => {
      const subscriptionId = keys.idOf(EVENT, channel, endpoint);
      const sealed = keys.seal(endpoint, subscriptionId);
      const wish = { subscriptionId, channel, endpoint: sealed, language: 'en' };
      await subscribers.ask(EVENT, wish, Date.now());
      const before = await subscribers.get(EVENT, subscriptionId);
      const token = keys.tokenOf({ event: EVENT, subscriptionId });
      const body = { language: 'fr', rotateSecret: true as const };
      const answer = await change({
        params: { token },
        body,
        query: undefined,
        headers: {},
        text: '',
        principal: { kind: 'anonymous', reason: 'no token' },
        requestId: 'r1',
        path: '',
      }).catch((error: unknown) => error);
      return {
        answer,
        changed: (await subscribers.get(EVENT, subscriptionId))?.language !== before?.language,
      };
    };
    const push = JSON.stringify({ endpoint: 'https://push.example.org/1' });
    for (const [channel, endpoint] of [
      ['email', 'ada@example.org'],
      ['push', push],
    ] as const) {
      const { answer, changed } = await rotate(channel, endpoint);
      expect(answer).toMatchObject({ code: 'validation', errors: [{ pointer: '/rotateSecret' }] });
      expect(changed).toBe(false);
    }
    expect(await rotate('webhook', 'https://hooks.example.org/rotated')).toMatchObject({
      answer: { status: 200, body: { secret: expect.any(String) } },
      changed: true,
    });
  });
});
