import { createECDH, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import ece from 'http_ece';
import PostalMime from 'postal-mime';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { announcing } from '../support/announcing.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { shell } from '../support/shell.ts';
import { present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
let hook: Endpoint;
let pushService: Endpoint;

const soon = { timeout: 20_000, interval: 50 };
const confirmation = z.object({
  type: z.literal('io.turnout.subscription.confirm.v1'),
  data: z.object({ url: z.url(), secret: z.string() }),
});
const { press, subscribe, publish, report } = announcing(() => system);

const mailsTo = async (address: string) => {
  const folder = join(system.data, 'outbox');
  const mails = await Promise.all(
    readdirSync(folder)
      .toSorted()
      .map((name) => PostalMime.parse(readFileSync(join(folder, name)))),
  );
  return mails.filter(({ to }) => to?.some((one) => one.address === address));
};
const linkIn = (text = '') => present(/https?:\/\/\S+\/v1\/subscriptions\/\S+/.exec(text)?.[0]);
const form = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers: { accept: 'text/html' } });

beforeAll(async () => {
  system = await startTestTurnout();
  hook = await startEndpoint();
  pushService = await startEndpoint();
});
afterAll(async () => {
  hook?.stop();
  pushService?.stop();
  await system.stop();
});

describe('a partner’s server', () => {
  let confirmUrl = '';
  let secret = '';

  it('is asked first, and gets nothing before it confirms', async () => {
    const answer = await subscribe({ protocol: 'webhook', endpoint: hook.url });
    expect(answer.status, answer.text).toBe(202);
    expect((await subscribe({ protocol: 'webhook', endpoint: hook.url })).text).toBe(answer.text);
    await expect.poll(() => hook.arrivals.length, soon).toBe(1);
    const asked = confirmation.parse(JSON.parse(String(hook.arrivals[0]?.body)));
    confirmUrl = asked.data.url;
    secret = asked.data.secret;
    await publish('Before anybody confirmed');
    await system.turnout.host.drained();
    expect(hook.arrivals).toHaveLength(1);
  });

  it('verifies what it gets with the reference library, once, though its first answer is an error', async () => {
    const confirmed = await fetch(confirmUrl, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'confirmed' }),
    });
    expect(confirmed.status, await confirmed.clone().text()).toBe(200);
    hook.answers.push(500);
    const { announcementId, etag } = await publish('Winners');
    await expect.poll(() => hook.arrivals.length, soon).toBe(2);
    const { body, headers } = present(hook.arrivals[1]);
    const verified = new Webhook(secret).verify(String(body), {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
    expect(verified).toMatchObject({ id: `${announcementId}.1.en`, data: { title: 'Winners' } });

    const corrected = await press(
      'POST',
      `/announcements/${announcementId}/correct`,
      { content: { en: { title: 'Winners!', body: 'x' }, zh: { title: '获奖', body: 'x' } }, note: 'a sign' },
      etag,
    );
    expect(corrected.status, corrected.text).toBe(200);
    await expect.poll(() => hook.arrivals.length, soon).toBe(3);
    expect(JSON.parse(String(hook.arrivals[2]?.body))).toMatchObject({ data: { edition: 2 } });
    await system.turnout.host.drained();
    expect(hook.arrivals).toHaveLength(3);

    expect((await report(announcementId, 'webhook')).counts).toMatchObject({
      addressed: 1,
      sent: 1,
      delivered: 1,
      failed: 0,
      pending: 0,
    });
  });

  it('that subscribes by SNS is asked once within the hour, however often a stranger asks for it', async () => {
    const victim = await startEndpoint();
    try {
      const answers = [];
      for (let asked = 0; asked < 3; asked += 1)
        answers.push((await subscribe({ protocol: 'https', endpoint: victim.url })).text);
      expect(new Set(answers).size).toBe(1);
      await expect.poll(() => victim.arrivals.length, soon).toBe(1);
      await system.turnout.host.drained();
      expect(victim.arrivals).toHaveLength(1);
    } finally {
      victim.stop();
    }
  });

  it('leaves by the same address, and is gone from the counts', async () => {
    expect((await fetch(confirmUrl, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(confirmUrl)).status).toBe(404);
    await publish('After it left');
    await system.turnout.host.drained();
    expect(hook.arrivals).toHaveLength(3);
  });
});

describe('a journalist’s mailbox', () => {
  const address = 'ada@press.example.org';

  it('confirms on a page; a scanner that opens the link confirms nothing', async () => {
    expect((await subscribe({ protocol: 'email', endpoint: address, language: 'zh' })).status).toBe(202);
    await expect.poll(async () => (await mailsTo(address)).length, soon).toBe(1);
    const [mail] = await mailsTo(address);
    const link = linkIn(mail?.text);
    const page = await fetch(link, { headers: { accept: 'text/html' } });
    const shown = await page.text();
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(shown).toContain('尚未确认');
    expect(shown).not.toContain(address);
    await publish('Nobody confirmed');
    await system.turnout.host.drained();
    expect(await mailsTo(address)).toHaveLength(1);

    expect(await (await form(link, { action: 'confirm' })).text()).toContain('有效');
    await publish('Outcome');
    await expect.poll(async () => (await mailsTo(address)).length, soon).toBe(2);
    const outcome = present((await mailsTo(address))[1]);
    expect(outcome.subject).toBe('Outcome(中文)');
    const unsubscribe = present(outcome.headers.find(({ key }) => key === 'list-unsubscribe')?.value);
    expect(unsubscribe).toContain('/v1/subscriptions/');
  });

  it('chooses language and kinds on the page, and its mail program ends it without a person', async () => {
    const link = linkIn(present((await mailsTo(address))[0]).text);
    // A mail scanner opens every link of a mail, also that of List-Unsubscribe.
    for (const method of ['HEAD', 'GET', 'GET']) await fetch(link, { method });
    const changed = await fetch(link, {
      method: 'POST',
      body: new URLSearchParams([
        ['action', 'change'],
        ['language', 'en'],
        ['kinds', 'report'],
      ]),
    });
    expect(await changed.json()).toEqual({ status: 'confirmed' });
    await publish('An award that nobody wants');
    await publish('A report', 'report');
    await expect.poll(async () => (await mailsTo(address)).length, soon).toBe(3);
    expect((await mailsTo(address))[2]?.subject).toBe('A report');

    const oneClick = await form(link, { 'List-Unsubscribe': 'One-Click' });
    expect(oneClick.status).toBe(200);
    await publish('Another report', 'report');
    await system.turnout.host.drained();
    expect(await mailsTo(address)).toHaveLength(3);
    expect(await (await fetch(`${system.credentials.baseUrl}/local/outbox`)).text()).toContain(address);
  });
});

describe('a phone', () => {
  it('shows an outcome that only it can read', async () => {
    const phone = createECDH('prime256v1');
    phone.generateKeys();
    const auth = randomBytes(16);
    const endpoint = {
      endpoint: pushService.url,
      keys: { p256dh: phone.getPublicKey('base64url'), auth: auth.toString('base64url') },
    };
    const opened = (body: Buffer) =>
      z.record(z.string(), z.unknown()).parse(
        JSON.parse(
          String(
            ece.decrypt(body, {
              version: 'aes128gcm',
              privateKey: phone,
              authSecret: auth.toString('base64url'),
            }),
          ),
        ),
      );
    expect((await subscribe({ protocol: 'push', endpoint })).status).toBe(202);
    await expect.poll(() => pushService.arrivals.length, soon).toBe(1);
    const { url } = z.looseObject({ url: z.url() }).parse(opened(present(pushService.arrivals[0]).body));
    await form(url, { action: 'confirm' });
    const { announcementId } = await publish('For phones');
    await expect.poll(() => pushService.arrivals.length, soon).toBe(2);
    expect(opened(present(pushService.arrivals[1]).body)).toMatchObject({
      tag: announcementId,
      title: 'For phones',
    });

    // The phone is gone: the push service says so, and nothing more is sent to it.
    pushService.answers.push(410);
    const second = await publish('For nobody');
    expect((await report(second.announcementId, 'push')).counts).toMatchObject({
      suppressed: 1,
      sent: 0,
    });
  });
});

describe('dead letters', () => {
  it('are put back where they came from: what was sent is not sent again, what was not is sent once', async () => {
    const server = await startEndpoint();
    const early = await publish('Before it came');
    await system.turnout.host.drained();
    const { subscriptionId } = (await subscribe({ protocol: 'webhook', endpoint: server.url })).json(
      z.object({ subscriptionId: z.string() }),
    );
    await expect.poll(() => server.arrivals.length, soon).toBe(1);
    const { data } = confirmation.parse(JSON.parse(String(server.arrivals[0]?.body)));
    await form(data.url, { action: 'confirm' });
    const sent = await publish('Sent');
    await expect.poll(() => server.arrivals.length, soon).toBe(2);
    await system.turnout.host.drained();

    const dead = system.turnout.host.queueUrl('DeliveriesDead');
    const sqs = new SQSClient({
      endpoint: new URL(dead).origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const task = {
      kind: 'edition',
      channel: 'webhook',
      event: 'gdec-2023',
      announcementId: sent.announcementId,
      edition: 1,
      subscriptionIds: [subscriptionId],
      attempt: 1,
      notBefore: 0,
    };
    const { announcementId } = early;
    const planned = {
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:turnout-gdec-2023-en',
      Message: JSON.stringify({
        source: '/events/gdec-2023',
        data: { announcementId, edition: 1, kind: 'award', topics: [] },
      }),
    };
    const others = [
      { ...task, event: 'another-event' },
      { ...planned, Message: JSON.stringify({ source: '/events/another-event' }) },
      { eventType: 'Bounce', mail: { tags: { event: ['another-event'], subscription: ['s'] } } },
    ];
    for (const letter of [task, task, planned, planned, 'nothing that we wrote', ...others])
      await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: JSON.stringify(letter) }));
    const redriven = await shell(system, system.credentials.organizerToken, 'deliveries', 'redrive');
    expect(redriven).toMatchObject({ failed: true, out: '4 put back\n', err: expect.stringContaining('1 ') });
    // Not hidden from who may put them back: at once, here is the rest.
    const left = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10 }));
    const bodies = left.Messages?.map(({ Body = '' }) => JSON.parse(Body));
    expect(bodies).toHaveLength(4);
    expect(bodies).toEqual(expect.arrayContaining([...others, 'nothing that we wrote']));
    sqs.destroy();
    await expect.poll(() => server.arrivals.length, soon).toBe(3);
    await system.turnout.host.drained();
    const titles = server.arrivals.slice(1).map(({ body }) => JSON.parse(String(body)).data.title);
    expect(titles).toEqual(['Sent', 'Before it came']);
    expect((await report(announcementId, 'webhook')).counts).toMatchObject({ addressed: 1, sent: 1 });
    server.stop();
  });
});

it('a stranger with an invented token learns nothing', async () => {
  const forged = `${system.credentials.baseUrl}/v1/subscriptions/gdec-2023.${'A'.repeat(22)}.${'B'.repeat(22)}`;
  for (const method of ['GET', 'DELETE']) expect((await fetch(forged, { method })).status).toBe(404);
});
