import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { functionNameOf } from '../../local/assembly/assembly.ts';
import { announcement } from '../../shared/contract/announcements.ts';
import { openApi } from '../../shared/contract/openapi.ts';
import { operations } from '../../shared/contract/routes.ts';
import { described } from '../support/described.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { ownEvent } from '../support/own-event.ts';
import { valuesOf } from '../support/schema-values.ts';
import { aScan, ask, present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

// Whoever reads the logs of a deployment learns no name, mail address, code, token or webhook URL, whatever goes wrong.

const EVENT = 'quiet-2023';
const lines: string[] = [];
const hear = (line: unknown): boolean => {
  lines.push(String(line));
  return true;
};

/** What a person or a partner gave us, by what it is; each is recognised wherever it comes up. */
const secrets = new Map<string, string>();
const secret = (what: string): string => {
  const text = `zq${randomBytes(9).toString('hex')}`;
  secrets.set(text, what);
  return text;
};
const leaks = () => {
  const all = lines.join('\n').toLowerCase();
  return [...secrets].flatMap(([text, what]) =>
    all.includes(text.toLowerCase())
      ? [`${what}: ${lines.find((line) => line.toLowerCase().includes(text.toLowerCase()))}`]
      : [],
  );
};

let system: TestTurnout;
let hook: Endpoint;
let organizer: string;
let press: string;

const send = (method: string, path: string, body?: unknown, token?: string, headers = {}) =>
  ask(system.credentials, method, path, { headers, ...(token !== undefined && { token }), body });

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  vi.spyOn(process.stderr, 'write').mockImplementation(hear);
  process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
  hook = await startEndpoint();
  system = await startTestTurnout({ empty: true, host: { report: hear } });
  const issue = (role: string) =>
    system.turnout.host.issueToken({ sub: role, roles: [role], events: [EVENT] });
  [organizer, press] = [await issue('organizer'), await issue('press')];
});
afterAll(async () => {
  await system?.stop();
  hook?.stop();
  delete process.env['POWERTOOLS_LOG_LEVEL'];
  vi.restoreAllMocks();
});

const EVENTS = `/events/${EVENT}`;

const scansOf = async (door: string, printed: string) => {
  const scans = [
    aScan(printed, { sessionId: 'lab' }),
    aScan(printed, { sessionId: 'lab', override: { reason: secret('reason') } }),
    aScan(secret('unknown code'), { sessionId: 'lab' }),
    aScan(`T1.${secret('forged code')}`, { sessionId: 'lab' }),
    aScan(printed, { sessionId: 'nowhere' }),
    { scanId: 1, badge: secret('code of a malformed scan') },
  ];
  const answer = await send('POST', `${EVENTS}/check-ins`, { scans }, door);
  expect(answer.status, answer.text).toBe(200);
  await send('POST', `${EVENTS}/check-ins`, `{"scans": [{"badge": "${secret('code of a broken body')}`, door);
  await send('POST', `${EVENTS}/walk-ins`, { name: secret('name at the door'), sessionId: 'lab' }, door);
};

test('an event with people, doors, announcements and failing subscribers leaves none of it in a log', async () => {
  const own = await ownEvent(system, EVENT, [{ sessionId: 'lab' }]);
  const printed = secret('printed code');
  await own.issue([{ badgeId: 'B-1', category: 'vip', name: secret('name'), code: printed }]);
  await send('GET', `${EVENTS}/badges?search=${secret('name searched for')}`, undefined, organizer);
  const { pairingCode } = await own.announce(secret('device name'), 'supervisor');
  secrets.set(pairingCode, 'pairing code');
  const paired = await send('POST', '/devices/pair', { pairingCode });
  const { token: door } = paired.json(z.object({ token: z.string() }));
  secrets.set(door, 'device token').set(organizer, 'organizer’s token').set(press, 'token of the press');
  await send('POST', '/devices/pair', { pairingCode: secret('wrong pairing code').slice(0, 40) });
  await scansOf(door, printed);

  for (const token of [
    `${EVENT}.d-1.${secret('forged device token').padEnd(43, 'A').slice(0, 43)}`,
    `eyJ${secret('forged token')}.e30.x`,
    `${organizer.slice(0, -12)}${secret('tampered token').slice(0, 12)}`,
  ])
    await send('GET', `${EVENTS}/attendance`, undefined, token);

  const subscribe = (protocol: string, endpoint: unknown) =>
    send('POST', `${EVENTS}/subscriptions`, { protocol, endpoint, language: 'en' });
  await subscribe('email', `${secret('mail address')}@example.org`);
  const url = `${hook.url}?key=${secret('key of a webhook')}`;
  expect((await subscribe('webhook', url)).status).toBe(202);
  await subscribe('webhook', `http://127.0.0.1:9/${secret('key of a closed webhook')}`);
  await subscribe('webhook', `http://${secret('unknown host')}.invalid/hook`);
  await subscribe('https', `http://127.0.0.1:9/${secret('key of an SNS subscription')}`);
  await subscribe('sqs', `arn:aws:sqs:us-east-1:000000000000:${secret('queue')}`);
  await subscribe('push', {
    endpoint: `http://127.0.0.1:9/${secret('push address')}`,
    keys: { auth: randomBytes(16).toString('base64url'), p256dh: randomBytes(65).toString('base64url') },
  });
  await expect.poll(() => hook.arrivals.length, { timeout: 20_000 }).toBe(1);
  const asked = z
    .object({ data: z.object({ url: z.url(), secret: z.string() }) })
    .parse(JSON.parse(String(hook.arrivals[0]?.body)));
  secrets.set(asked.data.secret, 'signing secret').set(present(asked.data.url.split('/').at(-1)), 'link');
  await fetch(asked.data.url, { method: 'POST', body: new URLSearchParams({ action: 'confirm' }) });
  for (const path of ['/subscriptions', '/nothing'])
    await send('GET', `${path}/${secret('token in a path')}`);

  const content = { en: { title: secret('title'), body: secret('text') }, zh: { title: '题', body: '文' } };
  const drafted = await send('POST', `${EVENTS}/announcements`, { kind: 'award', content }, press);
  const { announcementId } = drafted.json(announcement);
  hook.answers.push(500, 500, 500);
  const ifMatch = { 'if-match': present(drafted.headers.get('etag')) };
  const published = await send(
    'POST',
    `${EVENTS}/announcements/${announcementId}/publish`,
    undefined,
    press,
    ifMatch,
  );
  expect(published.status, published.text).toBe(200);
  await expect.poll(() => hook.answers.length, { timeout: 20_000 }).toBeLessThan(3);
  expect(leaks()).toEqual([]);
});

/** Words that may stand in a log: what they name is no secret. */
const IDS =
  /^(event|kind|role|protocol|.*[iI]ds?|sessions|category|country|direction|language|timeZone|.*At)$/;

/** A value whose texts are secrets, but for ids. */
const withSecrets = (value: unknown, what: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => withSecrets(each, what));
  if (typeof value === 'string') return secret(what);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      IDS.test(key) ? each : withSecrets(each, `${what}.${key}`),
    ]),
  );
};

test('whatever is sent to any operation, its texts stay out of the logs', async () => {
  const document = openApi(operations, '/');
  for (const operation of operations) {
    const json = described(document, operation).requestBody?.content['application/json'];
    if (!json) continue;
    const [role] = Array.isArray(operation.access) ? operation.access : ['organizer'];
    const path = operation.path
      .replace('/v1', '')
      .replace('{event}', EVENT)
      .replaceAll(/\{\w+\}/g, 'a1');
    for (const body of fc.sample(valuesOf(document, json.schema), { numRuns: 2, seed: 2023 }))
      await send(
        operation.method,
        path,
        withSecrets(body, operation.id),
        role === 'press' ? press : organizer,
        { 'if-match': '"1"' },
      );
  }
  expect(leaks()).toEqual([]);
});

type Item = Readonly<Record<string, AttributeValue>>;

/** A stored value with secrets for its texts, of this or of another type. */
const spoilt = (value: AttributeValue, what: string, otherType: boolean): AttributeValue => {
  if (value.S !== undefined) return otherType ? { M: { x: { S: secret(what) } } } : { S: secret(what) };
  if (value.M !== undefined) return { M: spoiltItem(value.M, what, otherType) };
  if (value.L !== undefined) return { L: value.L.map((each) => spoilt(each, what, otherType)) };
  return otherType ? { S: secret(what) } : value;
};
const spoiltItem = (item: Item, what: string, otherType: boolean): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      IDS.test(name) ? value : spoilt(value, `${what}.${name}`, otherType),
    ]),
  );

/** What is stored by now, and each item spoilt, as its table's stream brings it. */
const records = async () => {
  const { host } = system.turnout;
  const client = new DynamoDBClient({
    endpoint: host.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const found = await Promise.all(
    host.assembly.tables.map(async ({ name, properties: { KeySchema } }) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: host.table(name) }));
      const keyNames = new Set(KeySchema.map(({ AttributeName }) => AttributeName));
      return Items.flatMap((item) => {
        const keys = Object.fromEntries(Object.entries(item).filter(([key]) => keyNames.has(key)));
        return [false, true].map((otherType) => ({
          table: name,
          record: {
            eventID: '1',
            eventName: 'MODIFY',
            eventSource: 'aws:dynamodb',
            dynamodb: {
              Keys: keys,
              OldImage: item,
              NewImage: { ...spoiltItem(item, name, otherType), ...keys },
              SequenceNumber: '1',
            },
          },
        }));
      });
    }),
  );
  client.destroy();
  return found.flat();
};

test('what a stream or a queue brings and nobody can read is not written into a log', async () => {
  const { host } = system.turnout;
  const spoiltRecords = await records();
  expect(spoiltRecords.length).toBeGreaterThan(30);
  const names = host.assembly.functions.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(25);
  const tableOf = new Map(
    host.assembly.mappings.map(({ properties: { FunctionName, EventSourceArn } }) => [
      functionNameOf(FunctionName),
      spoiltRecords.find(({ table }) => EventSourceArn.includes(table))?.table,
    ]),
  );
  expect(new Set(tableOf.values()).size).toBeGreaterThan(3);
  const message = {
    messageId: 'm-1',
    receiptHandle: 'r',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    attributes: { ApproximateReceiveCount: '1' },
  };
  for (const name of names) {
    // Lambda logs what a function throws.
    for (const event of [
      ...spoiltRecords.flatMap(({ table, record }) =>
        tableOf.get(name) === table ? [{ Records: [record] }] : [],
      ),
      { Records: [{ ...message, body: `{"address": "${secret(`broken message for ${name}`)}` }] },
      { Records: [{ ...message, body: JSON.stringify({ Message: secret(`message for ${name}`) }) }] },
      { authorizationToken: `Bearer ${secret(`token for ${name}`)}`, requestContext: {} },
      { userName: secret(`user for ${name}`), request: secret(`request for ${name}`) },
    ])
      await host.invoke(name, event).catch((error: unknown) => hear(inspect(error)));
  }
  expect(leaks()).toEqual([]);
});

test('the logs were heard: functions of all kinds have written into them', () => {
  const services = new Set(lines.flatMap((line) => /"service":"([\w-]+)"/.exec(line)?.[1] ?? []));
  expect([...services]).toEqual(expect.arrayContaining(['announce', 'deliver', 'plan', 'place']));
});
