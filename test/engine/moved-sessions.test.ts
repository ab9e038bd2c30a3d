import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeSession } from '../../functions/programme/merge.ts';
import { mustFitContract } from '../../shared/client/answers.ts';
import * as contract from '../../shared/contract/programme.ts';
import { windowOf } from '../../shared/domain/admission.ts';
import { call } from './announcement-host.ts';
import { aSession, openDoors } from './doors.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

let host: RegistryHost;
beforeAll(async () => {
  host = await startRegistryHost();
});
afterAll(() => host.stop());

const HOUR_MS = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();
const hall = {
  venueId: 'hall',
  title: 'Hall',
  rooms: [
    { roomId: 'a', title: 'A' },
    { roomId: 'b', title: 'B' },
  ],
};
let made = 0;
const anEvent = async (...sessions: object[]) => {
  made += 1;
  const params = { event: `moved-${made}` };
  const settings = { title: { en: 'x' }, timeZone: 'UTC', languages: ['en', 'zh'] };
  await call(host.programme, contract.putEvent, { params, body: settings });
  const load = (...rows: object[]) =>
    call(host.programme, contract.importProgramme, { params, body: { venues: [hall], sessions: rows } });
  const imported = await load(...sessions);
  expect(imported.json['errors']).toEqual([]);
  return {
    ...params,
    imported,
    load,
    put: (body: object) => call(host.programme, contract.putEvent, { params, body }),
    remove: async (session: string, version = 1) =>
      (
        await call(host.programme, contract.deleteSession, {
          params: { ...params, session },
          headers: { 'if-match': `"${version}"` },
        })
      ).status,
    patch: (session: string, body: object, version = 1) =>
      call(host.programme, contract.patchSession, {
        params: { ...params, session },
        headers: { 'if-match': `"${version}"` },
        body,
      }),
  };
};
const announced = async (event: string) => (await host.announcements.listAll(event, { limit: 50 })).items;

const talk = (sessionId: string, hour: number, more: object = {}) => ({
  sessionId,
  title: { en: sessionId },
  venueId: 'hall',
  roomId: 'a',
  startsAt: `2023-07-04T${hour}:00:00.000Z`,
  endsAt: `2023-07-04T${hour + 1}:00:00.000Z`,
  ...more,
});

describe('a session is moved', () => {
  test('nobody is locked out: its doors open an hour later, too', async () => {
    const now = Date.now();
    const { event, patch } = await anEvent({
      ...talk('forum', 10),
      startsAt: iso(now - HOUR_MS),
      endsAt: iso(now + HOUR_MS),
      admission: { opensAt: iso(now - 1.5 * HOUR_MS), closesAt: iso(now - 0.5 * HOUR_MS) },
    });
    const moved = await patch('forum', { startsAt: iso(now), endsAt: iso(now + 2 * HOUR_MS) });
    expect(moved.json['admission']).toMatchObject({
      opensAt: iso(now - 0.5 * HOUR_MS),
      closesAt: iso(now + 0.5 * HOUR_MS),
    });
    const { programmes, events } = host;
    const doors = await openDoors(host, { event: `${event}-door`, sessions: [aSession('x')] });
    const record = await events.existing(`${event}-door`);
    const { sessions } = await programmes.get(event);
    await programmes.replace(record, { venues: [], sessions });
    const scan = {
      scanId: randomUUID(),
      sessionId: 'forum',
      badge: doors.codeOf('B-1'),
      scannedAt: iso(now),
    };
    expect((await doors.send('d-1', [scan]))[0]?.outcome).toBe('admitted');
  });

  test('a window that goes along stays as it is written, and is judged at its place', async () => {
    const admission = { opensAt: { before: 'PT30M' }, closesAt: { after: 'PT10M' } };
    const { event, patch } = await anEvent(talk('forum', 10, { admission }));
    const times = { startsAt: '2023-07-04T12:00:00.000Z', endsAt: '2023-07-04T13:00:00.000Z' };
    expect((await patch('forum', times)).json['admission']).toMatchObject(admission);
    const programme = await call(host.programme, contract.getProgramme, { params: { event } });
    mustFitContract('GET /v1/events/{event}/programme', programme.status, programme.json);
    const [session] = (await host.programmes.get(event)).sessions;
    if (!session) throw new Error('no session');
    const { opensAt, closesAt } = windowOf(session);
    expect([iso(opensAt ?? 0), iso(closesAt ?? 0)]).toEqual([
      '2023-07-04T11:30:00.000Z',
      '2023-07-04T13:10:00.000Z',
    ]);
  });

  test('a change that sets the doors’ times means them', async () => {
    const { patch } = await anEvent(
      talk('forum', 10, { admission: { opensAt: '2023-07-04T09:30:00.000Z' } }),
    );
    const { json } = await patch('forum', {
      startsAt: '2023-07-04T10:30:00.000Z',
      admission: { opensAt: '2023-07-04T09:45:00.000Z' },
    });
    expect(json['admission']['opensAt']).toBe('2023-07-04T09:45:00.000Z');
  });

  test('to the edge of time, its doors do not fall off it', async () => {
    const { patch } = await anEvent(
      talk('forum', 10, {
        admission: { opensAt: '2023-07-04T09:00:00.000Z', closesAt: '2023-07-04T12:00:00.000Z' },
      }),
    );
    const first = await patch('forum', { startsAt: '1970-01-01T00:00:00Z', endsAt: '1970-01-01T01:00:00Z' });
    expect(first.json['admission']).toMatchObject({ opensAt: '1970-01-01T00:00:00.000Z' });
    const last = { startsAt: '2100-12-31T22:30:00Z', endsAt: '2100-12-31T23:30:00Z' };
    expect((await patch('forum', last, 2)).json['admission']).toMatchObject({
      closesAt: '2100-12-31T23:59:59.999Z',
    });
  });

  test('whatever it is moved by, its doors keep their distance', () => {
    const minutes = fc.integer({ min: -50_000, max: 50_000 });
    fc.assert(
      fc.property(minutes, minutes, (by, ahead) => {
        const at = Date.parse('2023-07-04T10:00:00.000Z');
        const before = aSession('x', {
          startsAt: iso(at),
          endsAt: iso(at + HOUR_MS),
          admission: { opensAt: iso(at + ahead * 60_000), closesAt: { after: 'PT5M' } },
        });
        const startsAt = iso(at + by * 60_000);
        const after = changeSession(before, { startsAt, endsAt: iso(at + by * 60_000 + HOUR_MS) });
        const distance = (session: typeof before) =>
          Object.values(windowOf(session)).map((edge) => (edge ?? 0) - Date.parse(session.startsAt));
        expect(distance(after)).toEqual(distance(before));
      }),
    );
  });

  test.each([
    [{ before: 'soon' }],
    [{ before: 'P40D' }],
    [{ before: 'PT5M', after: 'PT5M' }],
    [{}],
    ['noon'],
  ])('%j is no window', async (opensAt) => {
    const { patch } = await anEvent(talk('forum', 10));
    expect((await patch('forum', { admission: { opensAt } })).status).toBe(400);
  });
});

describe('what is odd is done and said', () => {
  test('two sessions in a room at once, at an import and at a change', async () => {
    const { imported, load, patch } = await anEvent(
      talk('one', 10),
      talk('two', 10, { roomId: 'b' }),
      talk('three', 11),
    );
    expect(imported.json['warnings']).toEqual([]);
    const { json } = await patch('two', { roomId: 'a' });
    expect(json['warnings']).toEqual([
      { pointer: '/roomId', detail: expect.stringMatching(/^one is in a from/) },
    ]);
    expect((await load(talk('four', 11), talk('five', 11))).json['warnings']).toHaveLength(3);
    expect((await load(talk('four', 11))).json['warnings']).toEqual([]);
    expect((await patch('three', { cancelled: true })).json['warnings']).toEqual([]);
  });

  test('doors that close before the session begins', async () => {
    const { patch } = await anEvent(talk('forum', 10));
    const { json } = await patch('forum', { admission: { closesAt: { before: 'PT10M' } } });
    expect(json['warnings']).toEqual([
      { pointer: '/admission/closesAt', detail: 'is before the session begins' },
    ]);
  });

  test('a language that is taken away', async () => {
    const { put } = await anEvent(talk('forum', 10));
    expect((await put({ languages: ['en'] })).json['warnings']).toEqual([
      { pointer: '/languages', detail: expect.stringMatching(/^no longer has zh/) },
    ]);
    expect((await put({ languages: ['en'] })).json['warnings']).toEqual([]);
  });
});

describe('a session is deleted', () => {
  test('one that nobody was at goes, and another stays', async () => {
    const { event, remove } = await anEvent(talk('one', 10), talk('two', 11));
    expect(await remove('one', 2)).toBe(412);
    expect(await remove('one')).toBe(204);
    expect(await remove('one')).toBe(404);
    expect((await host.programmes.get(event)).sessions.map(({ sessionId }) => sessionId)).toEqual(['two']);
  });

  test('one that somebody was at stays', async () => {
    const { event, remove } = await anEvent(talk('one', 10));
    const doors = await openDoors(host, { event: `${event}-door`, sessions: [aSession('x')] });
    const { sessions } = await host.programmes.get(event);
    const record = await host.events.existing(`${event}-door`);
    await host.programmes.replace(record, { venues: [], sessions });
    const scan = {
      scanId: randomUUID(),
      sessionId: 'one',
      badge: doors.codeOf('B-1'),
      scannedAt: '2023-07-04T10:30:00.000Z',
    };
    await doors.send('d-1', [scan]);
    const removed = await call(host.programme, contract.deleteSession, {
      params: { event: `${event}-door`, session: 'one' },
      headers: { 'if-match': '"1"' },
    });
    expect(removed.status).toBe(409);
    expect(await remove('one')).toBe(204);
  });
});

describe('a session is moved or cancelled when people are on the way', () => {
  const soon = (hours: number) => iso(Math.floor(Date.now() / HOUR_MS) * HOUR_MS + hours * HOUR_MS);
  const next = (sessionId: string, hours: number) =>
    talk(sessionId, 10, { startsAt: soon(hours), endsAt: soon(hours + 1), topics: ['data'] });

  test('organizers find a draft for those who follow it, in all languages, and nothing is published', async () => {
    const { event, patch } = await anEvent(next('forum', 3), next('talk', 5));
    await patch('forum', { roomId: 'b' });
    await patch('talk', { cancelled: true });
    const drafts = await announced(event);
    expect(drafts.map(({ state, kind, topics }) => ({ state, kind, topics }))).toEqual([
      { state: 'draft', kind: 'notice', topics: ['data'] },
      { state: 'draft', kind: 'notice', topics: ['data'] },
    ]);
    const texts = new Map(drafts.map(({ sessionId, content }) => [sessionId, content]));
    expect(texts.get('forum')?.['en']?.title).toBe('forum: new time or place');
    expect(texts.get('forum')?.['en']?.body).toMatch(/, B, Hall\.$/);
    expect(texts.get('forum')?.['zh']?.title).toBe('“forum”时间或地点变更');
    expect(texts.get('talk')?.['en']?.title).toBe('talk is cancelled');
  });

  test('a file that moves sessions offers one each, and sent again none', async () => {
    const { event, load } = await anEvent(next('forum', 3), next('talk', 5));
    const moved = [next('forum', 4), next('talk', 6)];
    await load(...moved);
    await load(...moved);
    expect((await announced(event)).map(({ sessionId }) => sessionId).toSorted()).toEqual(['forum', 'talk']);
  });

  test('what is nothing to them, or days ahead, is not offered', async () => {
    const { event, patch } = await anEvent(next('forum', 3), next('later', 24 * 5));
    await patch('forum', { topics: ['other'] });
    await patch('later', { startsAt: soon(24 * 5 - 1) });
    expect(await announced(event)).toEqual([]);
  });

  test('a session that goes on in one that is not there, or in itself, is refused by name', async () => {
    const { patch, load } = await anEvent(next('forum', 3));
    for (const continuesIn of ['nowhere', 'forum']) {
      const { status, json } = await patch('forum', { whenFull: { mode: 'draft', continuesIn } });
      expect([status, json['errors'][0].pointer]).toEqual([400, '/whenFull/continuesIn']);
    }
    const row = { ...next('forum', 3), whenFull: { mode: 'publish', continuesIn: 'overflow' } };
    expect((await load(row)).json['errors'][0].pointer).toBe('/sessions/0/whenFull/continuesIn');
    expect((await load(row, next('overflow', 3))).json['errors']).toEqual([]);
  });
});
