import { createSign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebhook, type Webhook } from '../../rehearse/webhook.ts';

let webhook: Webhook;
let origin: string;
let key: string;
const visited: string[] = [];
const server = createServer((request, response) => {
  visited.push(request.url ?? '');
  response.end(certificate);
});
let certificate = '';

beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'sns' }], { keySize: 2048, algorithm: 'sha256' });
  certificate = made.cert;
  key = made.private;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
  webhook = await startWebhook('en', origin);
});
afterAll(async () => {
  await webhook.close();
  server.close();
});

const base = {
  MessageId: 'm-1',
  TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
  Timestamp: '2026-11-24T00:00:00.000Z',
};

const post = async (
  members: Record<string, string>,
  signedText: string,
  certificateUrl = `${origin}/certificate.pem`,
) => {
  const Signature = createSign('sha256').update(signedText).sign(key, 'base64');
  const body = { ...base, ...members, SignatureVersion: '2', Signature, SigningCertURL: certificateUrl };
  return (await fetch(webhook.endpoint, { method: 'POST', body: JSON.stringify(body) })).status;
};

const event = {
  specversion: '1.0',
  id: 'a1.1.en',
  source: '/events/gdec-2023',
  type: 'io.turnout.announcement.published.v1',
  time: base.Timestamp,
  data: { announcementId: 'a1', edition: 1, language: 'en', title: 'White paper' },
};
const Message = JSON.stringify(event);
const notificationText = (message: string) =>
  `Message\n${message}\nMessageId\nm-1\nTimestamp\n${base.Timestamp}\nTopicArn\n${base.TopicArn}\nType\nNotification\n`;

test('a subscriber confirms by visiting the address that SNS sent, when the signature is right', async () => {
  const SubscribeURL = `${origin}/confirm?token=t`;
  const text = `Message\nhello\nMessageId\nm-1\nSubscribeURL\n${SubscribeURL}\nTimestamp\n${base.Timestamp}\nToken\nt\nTopicArn\n${base.TopicArn}\nType\nSubscriptionConfirmation\n`;
  await post({ Type: 'SubscriptionConfirmation', Message: 'hello', Token: 't', SubscribeURL }, text);
  await webhook.confirmed();
  expect(visited).toContain('/confirm?token=t');
});

test('an announcement with a right signature arrives', async () => {
  expect(await post({ Type: 'Notification', Message }, notificationText(Message))).toBe(200);
  expect(webhook.arrivals.map((arrival) => arrival.event.id)).toEqual(['a1.1.en']);
  expect(webhook.faults).toEqual([]);
});

test('a changed message, and a certificate from elsewhere, are reported and never taken', async () => {
  const changed = Message.replace('White paper', 'Black paper');
  await post({ Type: 'Notification', Message: changed }, notificationText(Message));
  await post({ Type: 'Notification', Message }, notificationText(Message), 'http://sns.evil.example/c.pem');
  expect(webhook.faults).toEqual([
    'Notification m-1: wrong signature',
    'Notification m-1: certificate from http://sns.evil.example/c.pem',
  ]);
  expect(webhook.arrivals).toHaveLength(1);
});
