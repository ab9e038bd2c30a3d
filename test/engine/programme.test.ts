import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../shared/contract/programme.ts';
import { programmePartition } from '../../shared/store/registry-keys.ts';
import { makeSchedule, scheduleXml } from '../support/schedule-fixture.ts';
import { call, type Request } from './announcement-host.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

let host: RegistryHost;
beforeAll(async () => {
  host = await startRegistryHost();
});
afterAll(() => host.stop());

const settings = { title: { en: 'Conf', zh: '大会' }, timeZone: 'Asia/Shanghai', languages: ['en', 'zh'] };
const venue = {
  venueId: 'hall',
  title: 'Hall',
  city: 'Beijing',
  timeZone: 'Asia/Shanghai',
  rooms: [{ roomId: 'a', title: 'A', capacity: 100 }],
};
const aSession = (more: object = {}) => ({
  sessionId: 'opening',
  title: { en: 'Opening' },
  kind: 'ceremony',
  venueId: 'hall',
  roomId: 'a',
  startsAt: '2023-07-04T10:00:00.000Z',
  endsAt: '2023-07-04T12:00:00.000Z',
  ...more,
});

let made = 0;
const nextEvent = (prefix: string) => {
  made += 1;
  return `${prefix}-${made}`;
};
/** An event of its own for each test. */
const anEvent = async () => {
  const event = nextEvent('conf');
  const response = await call(host.programme, contract.putEvent, { params: { event }, body: settings });
  expect(response.status).toBe(201);
  const send = (operation: Parameters<typeof call>[1], request: Request = {}) =>
    call(host.programme, operation, { ...request, params: { event, ...request.params } });
  return {
    event,
    send,
    load: (body: unknown, headers = {}) => send(contract.importProgramme, { body, headers }),
    session: (session = 'opening') => send(contract.getSession, { params: { session } }),
    patch: (etag: string | undefined, body: unknown, session = 'opening') =>
      send(contract.patchSession, {
        params: { session },
        headers: etag === undefined ? {} : { 'if-match': etag },
        body,
      }),
  };
};

describe('an organizer sets up an event', () => {
  test('it has a key for its badges and a topic for each language', async () => {
    const { event, send } = await anEvent();
    expect(host.topics).toEqual(expect.arrayContaining([`${event} en`, `${event} zh`]));
    const { json } = await send(contract.getEvent);
    expect(json).toMatchObject({ event, ...settings, onePlaceAtATime: false, programmeVersion: 0 });
    expect(json['publicKeys']).toEqual([{ kid: 'k1', publicKey: expect.stringMatching(/^[\w-]{43}$/) }]);
  });

  test('what a change leaves out stays; a new event names what it lacks', async () => {
    const { send } = await anEvent();
    await send(contract.putEvent, { body: { onePlaceAtATime: true } });
    const { status, json } = await send(contract.putEvent, { body: { timeZone: 'Europe/Paris' } });
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({ ...settings, timeZone: 'Europe/Paris', onePlaceAtATime: true }),
    ]);
    const fresh = { params: { event: 'fresh' }, body: { timeZone: 'UTC' } };
    const refused = await call(host.programme, contract.putEvent, fresh);
    expect(refused.status).toBe(400);
    expect(refused.json['errors'].map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/title',
      '/languages',
    ]);
  });

  test('changing it keeps key and programme, and adds topics', async () => {
    const { event, send, load } = await anEvent();
    await load({ venues: [venue], sessions: [aSession()] });
    const before = (await send(contract.getEvent)).json;
    const response = await send(contract.putEvent, { body: { ...settings, languages: ['en', 'zh', 'fr'] } });
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject({
      publicKeys: before['publicKeys'],
      programmeVersion: before['programmeVersion'],
      languages: ['en', 'zh', 'fr'],
    });
    expect(host.topics).toContain(`${event} fr`);
  });

  test.each([
    ['no title in the first language', { ...settings, title: { zh: '大会' } }, '/title/en'],
    ['a language twice', { ...settings, languages: ['en', 'en'] }, '/languages/1'],
    ['a made-up time zone', { ...settings, timeZone: 'Mars/Base' }, '/timeZone'],
    ['an unknown field', { ...settings, colour: 'red' }, '/colour'],
  ])('%s is refused with its place', async (_name, body, pointer) => {
    const response = await call(host.programme, contract.putEvent, { params: { event: 'bad' }, body });
    expect(response.status).toBe(400);
    expect(response.json['errors'][0].pointer).toBe(pointer);
    expect((await call(host.programme, contract.getEvent, { params: { event: 'bad' } })).status).toBe(404);
  });
});

describe('an organizer imports the programme', () => {
  test('it is foretold what a file would do, by the same plan, and nothing of it is stored', async () => {
    const { send, load } = await anEvent();
    await load({ venues: [venue], sessions: [aSession(), aSession({ sessionId: 'stays' })] });
    const before = (await send(contract.getProgramme)).json;
    const file = {
      venues: [venue],
      sessions: [aSession({ title: { en: 'Opening, later' } }), aSession({ sessionId: 'closing' })],
    };
    const foretell = (body: unknown) => send(contract.importProgramme, { body, query: { dryRun: 'true' } });
    const { status, json } = await foretell(file);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      missing: ['stays'],
      errors: [],
      venues: { created: 0, updated: 0, unchanged: 1 },
      sessions: { created: 1, updated: 1, unchanged: 0 },
      foretold: { created: ['closing'], updated: ['opening'] },
    });
    const wrong = await foretell({ sessions: [aSession({ roomId: 'nowhere' })] });
    expect(wrong.json).toMatchObject({ errors: [{ pointer: '/sessions/0/roomId' }], created: 0 });
    expect((await send(contract.getProgramme)).json).toEqual(before);
    const { foretold: _, ...promised } = json;
    expect((await load(file)).json).toEqual(promised);
  });

  test('it is read by everyone, with an ETag that spares them the rest', async () => {
    const { send, load } = await anEvent();
    const loaded = await load({ venues: [venue], sessions: [aSession()] });
    expect(loaded.json).toMatchObject({ created: 2, updated: 0, unchanged: 0, errors: [] });
    const read = await send(contract.getProgramme);
    expect(read.json['sessions']).toEqual([
      {
        ...aSession(),
        topics: [],
        cancelled: false,
        graceMinutes: 30,
        admission: expect.objectContaining({ reentry: 'after-exit', capacityMode: 'advisory' }),
      },
    ]);
    expect(read.headers['cache-control']).toMatch(/public/);
    const again = await send(contract.getProgramme, {
      headers: { 'if-none-match': read.headers['etag'] ?? '' },
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  test('with one wrong row nothing of the file is applied', async () => {
    const { send, load } = await anEvent();
    const { json, status } = await load({
      venues: [venue],
      sessions: [aSession(), aSession({ sessionId: 'X' })],
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
    expect(json['errors'][0].pointer).toBe('/sessions/1/sessionId');
    expect((await send(contract.getProgramme)).json).toMatchObject({ venues: [], sessions: [] });
  });

  test.each([
    ['an unknown field of the envelope', { sesions: [] }, '/sesions'],
    ['a list that is none', { sessions: {} }, '/sessions'],
    ['no object', [], ''],
  ])('%s is a problem', async (_name, body, pointer) => {
    const { load } = await anEvent();
    const { status, json } = await load(body);
    expect(status).toBe(400);
    expect(json['errors'][0].pointer).toBe(pointer);
  });

  test('an unknown event and an unknown media type are said so', async () => {
    const request = { params: { event: 'nowhere' }, body: { sessions: [] } };
    expect((await call(host.programme, contract.importProgramme, request)).status).toBe(404);
    const { load } = await anEvent();
    expect((await load('x', { 'content-type': 'image/png' })).status).toBe(415);
    expect((await load('<rss/>', { 'content-type': 'application/xml' })).status).toBe(400);
  });

  test('two imports at once: one is applied whole, the other refused whole', async () => {
    const { send, load } = await anEvent();
    const file = (name: string) => ({
      venues: [{ ...venue, title: name }],
      sessions: Array.from({ length: 60 }, (_, index) =>
        aSession({ sessionId: `s-${index}`, title: { en: name } }),
      ),
    });
    const answers = await Promise.all(['one', 'two', 'three'].map((name) => load(file(name))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const { json } = await send(contract.getProgramme);
    const titles = json['sessions'].map((session: { title: { en: string } }) => session.title.en);
    expect(titles).toHaveLength(60);
    expect(new Set(titles).size).toBe(1);
    expect(json['venues'][0].title).toBe(titles[0]);
  });

  test('a change of one session is not undone by an import that had read it before', async () => {
    const { event, load, session, patch } = await anEvent();
    await load({ venues: [venue], sessions: [aSession()] });
    const before = await host.events.get(event);
    const programme = await host.programmes.get(event);
    if (!before) throw new Error('no event');
    expect((await patch((await session()).headers['etag'], { cancelled: true })).status).toBe(200);
    expect(await host.programmes.replace(before, programme)).toBe(false);
    expect((await session()).json['cancelled']).toBe(true);
  });

  test('old versions are cleared away, the one before stays for those who are reading it', async () => {
    const { event, load } = await anEvent();
    for (const name of ['a', 'b', 'c', 'd']) {
      await load({ venues: [venue], sessions: [aSession({ title: { en: name } })] });
    }
    const counts = await Promise.all(
      [1, 2, 3, 4].map(async (version) => {
        const { Count } = await host.documents.send(
          new QueryCommand({
            TableName: host.table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': programmePartition(event, version) },
          }),
        );
        return Count;
      }),
    );
    expect(counts).toEqual([0, 0, 2, 2]);
  });

  test('a conference of 1,000 sessions in 60 rooms, twice', async () => {
    const { send, load } = await anEvent();
    const xml = scheduleXml(makeSchedule());
    const headers = { 'content-type': 'application/xml; charset=utf-8' };
    const began = performance.now();
    expect((await load(xml, headers)).json).toMatchObject({
      created: 1001,
      errors: [],
      sessions: { created: 1000 },
    });
    const seconds = (performance.now() - began) / 1000;
    expect((await load(xml, headers)).json).toMatchObject({ created: 0, updated: 0, unchanged: 1001 });
    expect((await send(contract.getProgramme)).json['sessions']).toHaveLength(1000);
    expect(seconds).toBeLessThan(20);
  });
});

describe('an organizer changes a session', () => {
  test('with the ETag of the last read; shards stay', async () => {
    const { load, session, patch } = await anEvent();
    await load({ venues: [venue], sessions: [aSession()] });
    const etag = (await session()).headers['etag'];
    const changed = await patch(etag, { admission: { capacity: 5000 }, topics: ['x'] });
    expect(changed).toMatchObject({ status: 200 });
    expect(changed.json).toMatchObject({ shards: 1, version: 2, topics: ['x'], kind: 'ceremony' });
    expect(changed.headers['etag']).not.toBe(etag);
    expect((await patch(etag, { cancelled: true })).status).toBe(412);
    expect((await patch(undefined, { cancelled: true })).status).toBe(428);
    expect((await patch(changed.headers['etag'], { topics: ['x'] })).headers['etag']).toBe(
      changed.headers['etag'],
    );
  });

  test.each([
    [{ roomId: 'nope' }, '/roomId'],
    [{ endsAt: '2023-07-04T09:00:00Z' }, '/endsAt'],
    [{ admission: { capacityMode: 'enforced' } }, '/admission/capacity'],
    [{ colour: 1 }, '/colour'],
  ])('%o is refused with its place', async (body, pointer) => {
    const { load, session, patch } = await anEvent();
    await load({ venues: [venue], sessions: [aSession()] });
    const { status, json } = await patch((await session()).headers['etag'], body);
    expect(status).toBe(400);
    expect(json['errors'][0].pointer).toBe(pointer);
  });

  test('two organizers at once, each another session: both changes stay', async () => {
    const { load, session, patch } = await anEvent();
    const ids = Array.from({ length: 4 }, (_, index) => `s-${index}`);
    await load({ venues: [venue], sessions: ids.map((sessionId) => aSession({ sessionId })) });
    const answers = await Promise.all(
      ids.map(async (id) => patch((await session(id)).headers['etag'], { cancelled: true }, id)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const id of ids) expect((await session(id)).json['cancelled']).toBe(true);
  });

  test('two organizers at once, the same session: one is told that it has changed', async () => {
    const { load, session, patch } = await anEvent();
    await load({ venues: [venue], sessions: [aSession()] });
    const etag = (await session()).headers['etag'];
    const answers = await Promise.all([patch(etag, { topics: ['a'] }), patch(etag, { topics: ['b'] })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
