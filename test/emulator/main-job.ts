import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListTopicsCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { readBadges } from '../../local/credentials.ts';
import { closeServer, listen } from '../../local/http/http-server.ts';
import { localIssuer } from '../../local/http/issuer.ts';
import { badgesFile, seed } from '../../local/seed.ts';
import { startQueue } from '../../rehearse/queue.ts';
import { mustFitContract } from '../../shared/client/answers.ts';
import { apiClient } from '../../shared/client/api.ts';
import type { Emulator } from './emulator.ts';

const EVENT = 'gdec-2023';
const SESSION = 'opening-ceremony';
const PEOPLE = 200;
const OVER_AND_OVER = 40;
const WITHIN_MS = 90_000;
const params = { event: EVENT };

const functions = z.object({
  Functions: z.array(
    z.object({
      FunctionName: z.string(),
      Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
    }),
  ),
});

/** Sign-in pages and second factors are Cognito's; here a key of ours signs, and the authorizers are told where it is. */
const trust = async ({ endpoint }: Emulator, issuer: string): Promise<void> => {
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request',
    'content-type': 'application/json',
  };
  const base = `${endpoint}/2015-03-31/functions`;
  const { Functions } = functions.parse(await (await fetch(`${base}/?MaxItems=200`, { headers })).json());
  for (const { FunctionName, Environment } of Functions) {
    if (Environment?.Variables['JWKS_URL'] === undefined) continue;
    const Variables = { ...Environment.Variables, ISSUER: issuer, JWKS_URL: `${issuer}/jwks.json` };
    const body = JSON.stringify({ Environment: { Variables } });
    await fetch(`${base}/${FunctionName}/configuration`, { method: 'PUT', headers, body });
  }
};

const serveKeys = async (folder: string) => {
  let jwks: object = {};
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  const issuer = await localIssuer(folder, url);
  jwks = issuer.jwks;
  return { issuer, close: () => closeServer(server) };
};

const eventually = async <T>(
  what: string,
  ask: () => Promise<T>,
  isRight: (value: T) => boolean,
): Promise<T> => {
  const until = Date.now() + WITHIN_MS;
  for (;;) {
    const value = await ask();
    if (isRight(value)) return value;
    if (Date.now() > until) throw new Error(`${what}: ${JSON.stringify(value)}`);
    await sleep(500);
  }
};

export interface Place {
  readonly baseUrl: string;
  /** What people's tokens are for. */
  readonly client: string;
  /** For what is written on the way. */
  readonly folder: string;
}

/** The conference is set up, people come in and go out, counts agree, and an outcome reaches a queue. */
export const mainJob = async (
  emulator: Emulator,
  { baseUrl, client, folder }: Place,
  say: (line: string) => void,
) => {
  const { issuer, close } = await serveKeys(folder);
  await trust(emulator, issuer.url);
  const token = await issuer.issueToken({ sub: 'emulator', roles: ['organizer'], audience: client });
  const organizer = apiClient({ baseUrl, token, inspect: mustFitContract });
  say('loading the conference');
  const { devices } = await seed(baseUrl, token, { data: folder, asDated: false, empty: false });
  const scanner = devices.find(({ role }) => role === 'scanner');
  if (!scanner) throw new Error('there is no scanner');
  const door = apiClient({ baseUrl, token: scanner.token, inspect: mustFitContract });
  await organizer.call('PATCH /v1/events/{event}/sessions/{session}', {
    params: { ...params, session: SESSION },
    body: { admission: { categories: null, opensAt: null, closesAt: null } },
    ifMatch: '*',
  });

  say(
    `${PEOPLE} people come, ${PEOPLE / 4} of them leave, one is read over and over; everything is sent twice`,
  );
  const codes = readBadges(badgesFile(folder)).slice(0, PEOPLE);
  const aScan = (badge: string, direction: 'entry' | 'exit') => ({
    scanId: crypto.randomUUID(),
    sessionId: SESSION,
    badge,
    direction,
    scannedAt: new Date().toISOString(),
    admittedOffline: false,
  });
  const scans = [
    ...codes.map(({ code }) => aScan(code, 'entry')),
    ...codes.slice(0, PEOPLE / 4).map(({ code }) => aScan(code, 'exit')),
    // More than a record holds.
    ...Array.from({ length: OVER_AND_OVER }, () => aScan(codes[0]?.code ?? '', 'exit')),
  ];
  const send = async () => {
    const results = [];
    for (let start = 0; start < scans.length; start += 50) {
      const body = { scans: scans.slice(start, start + 50) };
      results.push(...(await door.call('POST /v1/events/{event}/check-ins', { params, body })).body.results);
    }
    return results;
  };
  const first = await send();
  const wrong = first.filter(({ outcome }) => outcome !== 'admitted' && outcome !== 'left');
  if (wrong.length > 0) throw new Error(`not let in: ${JSON.stringify(wrong[0])}`);
  const again = await send();
  if (again.some(({ replayed }) => !replayed)) throw new Error('a repetition was not recognised');

  const inside = PEOPLE - PEOPLE / 4;
  const counted = await eventually(
    'counts',
    async () =>
      (await organizer.call('GET /v1/events/{event}/attendance', { params })).body.sessions.find(
        ({ sessionId }) => sessionId === SESSION,
      ),
    (session) => session?.inside === inside && session.attended === PEOPLE,
  );
  const verified = await eventually(
    'drift',
    async () => (await organizer.call('POST /v1/events/{event}/attendance/verify', { params })).body,
    ({ pending }) => pending === 0,
  );
  if (verified.drift.length > 0) throw new Error(`drift: ${JSON.stringify(verified.drift)}`);

  const arrived = await announce(emulator, organizer, say);
  await close();
  return { scans: scans.length, replays: again.length, inside: counted?.inside, drift: 0, arrived };
};

/** @returns ms from publishing to the queue */
const announce = async (
  { endpoint, env }: Emulator,
  organizer: ReturnType<typeof apiClient>,
  say: (line: string) => void,
): Promise<number> => {
  say('an outcome is published');
  const region = env['AWS_REGION'] ?? '';
  const queue = await startQueue('en', { endpoint, region });
  const sns = new SNSClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const topic = Topics.find(({ TopicArn = '' }) => TopicArn.includes(EVENT) && TopicArn.endsWith('en'));
  await sns.send(
    new SubscribeCommand({ TopicArn: topic?.TopicArn, Protocol: 'sqs', Endpoint: queue.endpoint }),
  );
  const content = {
    en: { title: 'Doors are open', body: 'Welcome.' },
    zh: { title: '开门', body: '欢迎。' },
  };
  const draft = await organizer.call('POST /v1/events/{event}/announcements', {
    params,
    body: { kind: 'notice', content },
  });
  const startedAt = Date.now();
  await organizer.call('POST /v1/events/{event}/announcements/{announcement}/publish', {
    params: { ...params, announcement: draft.body.announcementId },
    ifMatch: draft.etag ?? '',
  });
  const [arrival] = await eventually(
    'the queue',
    async () => queue.arrivals,
    ({ length }) => length > 0,
  );
  await queue.close();
  sns.destroy();
  return (arrival?.at ?? startedAt) - startedAt;
};
