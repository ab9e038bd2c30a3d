import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../shared/contract/subscriptions.ts';
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
