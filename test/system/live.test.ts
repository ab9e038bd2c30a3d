import type { Duplex } from 'node:stream';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket as Client } from 'ws';
import * as z from 'zod';
import {
  type CountsWatch,
  type LiveCounts,
  type LiveState,
  watchCounts,
} from '../../shared/client/live/client.ts';
import { getLive } from '../../shared/contract/attendance.ts';
import { signPublish } from '../../shared/runtime/live/appsync.ts';
import { aScan, ask, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
let next = 0;
const watches: CountsWatch[] = [];
const sockets: Client[] = [];
/** The connections below the WebSockets, on the host's side. */
const carriers: Duplex[] = [];

const SESSION = 'main-forum';
const door = () => present(system.credentials.devices[0]).token;
const aBadge = () => {
  next += 1;
  return present(system.badges[next]);
};
const enter = async () => {
  const [result] = await sendScans(system.credentials, door(), [
    aScan(aBadge().code, { sessionId: SESSION }),
  ]);
  expect(result?.outcome).toBe('admitted');
};

const until = async (what: string, holds: () => boolean, ms = 10_000): Promise<void> => {
  for (const started = Date.now(); !holds(); ) {
    if (Date.now() - started > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const watch = (more: { token?: string; snapshotEveryMs?: number } = {}) => {
  const states: LiveState[] = [];
  const seen: { sessionId: string; counts: LiveCounts; at: number }[] = [];
  const { baseUrl, event, viewerToken } = system.credentials;
  const counts = watchCounts({
    baseUrl,
    event,
    token: viewerToken,
    retryMs: 50,
    onCounts: (sessionId, values) => seen.push({ sessionId, counts: values, at: performance.now() }),
    onState: (state) => states.push(state),
    ...more,
  });
  watches.push(counts);
  const kinds = () => states.map(({ kind }) => kind);
  return {
    counts,
    states,
    kinds,
    seen,
    live: async () => {
      await until('live', () => kinds().includes('live'));
      await until('the snapshot', () => counts.sessions().includes(SESSION));
    },
  };
};

const addressSchema = getLive.answers[200];
const addressOf = async (token = system.credentials.viewerToken) => {
  const { event } = system.credentials;
  const answer = await ask(system.credentials, 'GET', `/events/${event}/live`, { token });
  expect(answer.status).toBe(200);
  return z
    .object({
      url: z.url(),
      protocol: z.string(),
      channel: z.string(),
      authorization: z.record(z.string(), z.string()),
    })
    .parse(addressSchema && JSON.parse(answer.text));
};

const pushedCounts = z.array(z.object({ at: z.iso.datetime() }));
const received = z.looseObject({ type: z.string() });
type Received = z.infer<typeof received>;

/** A client that speaks the protocol by hand. */
const connect = async (url: string, authorization: Record<string, string>) => {
  const header = Buffer.from(JSON.stringify(authorization)).toString('base64url');
  const socket = new Client(url, ['aws-appsync-event-ws', `header-${header}`]);
  sockets.push(socket);
  const messages: Received[] = [];
  let closed = false;
  socket.on('message', (frame) => messages.push(received.parse(JSON.parse(String(frame)))));
  socket.on('close', () => {
    closed = true;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  const hears = async (type: string): Promise<Received> => {
    await until(`a message ${type}`, () => messages.some((message) => message.type === type));
    return present(
      messages.splice(
        messages.findIndex((message) => message.type === type),
        1,
      )[0],
    );
  };
  return { socket, messages, say, hears, isClosed: () => closed };
};

beforeAll(async () => {
  system = await startTestTurnout();
  system.turnout.host.server.on('upgrade', (_request, carrier) => carriers.push(carrier));
  await enter();
  await system.turnout.host.drained();
});
afterEach(() => {
  for (const each of watches.splice(0)) each.stop();
  for (const each of sockets.splice(0)) each.terminate();
});
afterAll(() => system.stop());

describe('an organizer’s screen', () => {
  it('shows a scan within a second, with no one asking for it', async () => {
    const { counts, seen, live } = watch();
    await live();
    const before = counts.countsOf(SESSION).inside;
    const started = performance.now();
    await enter();
    await until('the new count', () => counts.countsOf(SESSION).inside === before + 1);
    const at = present(seen.findLast(({ sessionId }) => sessionId === SESSION)).at;
    console.log(`scan sent → count shown: ${Math.round(at - started)} ms`);
    expect(at - started).toBeLessThan(1_000);
  });

  it('ends with exactly what is stored after a rush, and gets few messages for it', async () => {
    const { counts, seen, live } = watch();
    await live();
    const before = counts.countsOf(SESSION);
    const rush = 60;
    for (let index = 0; index < rush; index += 1) await enter();
    await until('all of the rush', () => counts.countsOf(SESSION).entries === before.entries + rush);
    const { event, viewerToken } = system.credentials;
    const path = `/events/${event}/sessions/${SESSION}/attendance`;
    const stored = (await ask(system.credentials, 'GET', path, { token: viewerToken })).json(
      z.object({ inside: z.int(), attended: z.int(), entries: z.int(), exits: z.int(), refused: z.int() }),
    );
    expect(counts.countsOf(SESSION)).toEqual(stored);
    const shown = seen.filter(({ sessionId }) => sessionId === SESSION);
    const seconds = (present(shown.at(-1)).at - present(shown[0]).at) / 1_000;
    expect(shown.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 3);
  });

  it('comes back by itself when the connection is lost, and has missed nothing', async () => {
    const { counts, kinds, live } = watch();
    await live();
    const before = counts.countsOf(SESSION).entries;
    const lost = carriers.splice(0).filter((carrier) => !carrier.destroyed);
    expect(lost.length).toBeGreaterThan(0);
    for (const carrier of lost) carrier.destroy();
    await enter();
    await until('live again', () => kinds().filter((kind) => kind === 'live').length === 2);
    await until('what was missed', () => counts.countsOf(SESSION).entries === before + 1);
    expect(kinds()).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });

  it('says so, and stops, when the token is no good', async () => {
    for (const token of ['nonsense', system.credentials.pressToken, door()]) {
      const { states } = watch({ token });
      await until('refused', () => states.at(-1)?.kind === 'refused');
    }
    const elsewhere = await system.turnout.host.issueToken({
      sub: 'eve',
      roles: ['viewer'],
      events: ['another-event'],
    });
    const { states } = watch({ token: elsewhere });
    await until('refused', () => states.at(-1)?.kind === 'refused');
  });
});

describe('the live channel, to any client of AppSync Events', () => {
  it('says where it is and takes what it said', async () => {
    const { url, protocol, channel, authorization } = await addressOf();
    expect(protocol).toBe('aws-appsync-event-ws');
    expect(channel).toMatch(/^\/counts\/gdec-2023\/[0-9a-f]{24}$/);
    const { socket, say, hears } = await connect(url, authorization);
    expect(socket.protocol).toBe('aws-appsync-event-ws');
    say({ type: 'connection_init' });
    expect(await hears('connection_ack')).toMatchObject({ connectionTimeoutMs: 300_000 });
    await hears('ka');
    say({ type: 'subscribe', id: 's1', channel, authorization });
    expect(await hears('subscribe_success')).toEqual({ type: 'subscribe_success', id: 's1' });
    await enter();
    const data = await hears('data');
    expect(data).toMatchObject({ id: 's1', event: expect.any(String) });
    expect(JSON.parse(String(data['event']))).toEqual([
      {
        type: 'counts.v1',
        sessionId: SESSION,
        shard: expect.any(Number),
        version: expect.any(Number),
        inside: expect.any(Number),
        attended: expect.any(Number),
        entries: expect.any(Number),
        exits: expect.any(Number),
        refused: expect.any(Number),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    say({ type: 'unsubscribe', id: 's1' });
    await hears('unsubscribe_success');
    say({ type: 'unsubscribe', id: 's1' });
    expect(await hears('unsubscribe_error')).toMatchObject({ id: 's1' });
  });

  it('lets nobody in without a good token, and nobody see another event', async () => {
    const { url, channel, authorization } = await addressOf();
    const stranger = await connect(url, { ...authorization, Authorization: 'Bearer nonsense' });
    expect(await stranger.hears('connection_error')).toMatchObject({
      errors: [{ errorType: 'UnauthorizedException' }],
    });
    await until('closed', stranger.isClosed);

    const token = await system.turnout.host.issueToken({ sub: 'eve', roles: ['viewer'], events: ['other'] });
    const own = { ...authorization, Authorization: `Bearer ${token}` };
    const guest = await connect(url, own);
    guest.say({ type: 'connection_init' });
    await guest.hears('connection_ack');
    guest.say({ type: 'subscribe', id: 'a', channel, authorization: own });
    expect(await guest.hears('subscribe_error')).toMatchObject({
      id: 'a',
      errors: [{ errorType: 'UnauthorizedException' }],
    });
    guest.say({ type: 'subscribe', id: 'b', channel: '/counts/other/*', authorization: own });
    expect(await guest.hears('subscribe_error')).toMatchObject({ id: 'b' });
    guest.say({ type: 'subscribe', id: 'c', channel: '/nowhere/x', authorization });
    expect(await guest.hears('subscribe_error')).toMatchObject({
      id: 'c',
      errors: [{ errorType: 'BadRequestException' }],
    });
    guest.say('not a message');
    await guest.hears('error');
  });

  it('says nothing more to whoever’s token has expired', async () => {
    const { event } = system.credentials;
    const sub = 'leaving';
    const token = await system.turnout.host.issueToken({
      sub,
      roles: ['viewer'],
      events: [event],
      expiresIn: 2,
    });
    const expiresAt = present(decodeJwt(token).exp) * 1000;
    const { url, channel, authorization } = await addressOf(token);
    const guest = await connect(url, authorization);
    guest.say({ type: 'connection_init' });
    await guest.hears('connection_ack');
    guest.say({ type: 'subscribe', id: 'a', channel, authorization });
    await guest.hears('subscribe_success');
    await enter();
    await guest.hears('data');
    while (!guest.isClosed() && Date.now() < expiresAt + 5_000) {
      await enter();
      await system.turnout.host.drained();
    }
    expect(guest.isClosed()).toBe(true);
    const told = guest.messages.flatMap(({ type, event: pushed }) =>
      type === 'data' ? pushedCounts.parse(JSON.parse(String(pushed))) : [],
    );
    expect(told.filter(({ at }) => Date.parse(at) >= expiresAt)).toEqual([]);
  });

  it('takes what is published only with a signature of the host’s own', async () => {
    const { authorization, channel } = await addressOf();
    const url = `http://${present(authorization['host'])}/local/live/event`;
    const body = JSON.stringify({ channel, events: ['{"forged":true}'] });
    const post = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers, body });
    expect((await post(authorization)).status).toBe(401);
    const region = 'us-east-1';
    const forged = { accessKeyId: 'local', secretAccessKey: 'guessed' };
    expect((await post(await signPublish({ url, region, credentials: forged }, body))).status).toBe(401);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const answer = await post(await signPublish({ url, region, credentials }, body));
    expect(await answer.json()).toMatchObject({ failed: [], successful: [{ index: 0 }] });
  });
});
