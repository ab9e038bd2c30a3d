import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as badgeContract from '../../shared/contract/badges.ts';
import * as contract from '../../shared/contract/programme.ts';
import { call } from './announcement-host.ts';
import { aSession, openDoors } from './doors.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

let host: RegistryHost;
beforeAll(async () => {
  host = await startRegistryHost();
});
afterAll(() => host.stop());

let made = 0;
const anEvent = async (words: object = {}) => {
  made += 1;
  const params = { event: `words-${made}` };
  const body = { title: { fr: 'x' }, timeZone: 'UTC', languages: ['fr', 'en'], ...words };
  const created = await call(host.programme, contract.putEvent, { params, body });
  return {
    ...params,
    created,
    put: (changes: object) => call(host.programme, contract.putEvent, { params, body: changes }),
    badges: (...rows: object[]) => call(host.badges, badgeContract.importBadges, { params, body: rows }),
    load: (body: unknown, headers = {}) =>
      call(host.programme, contract.importProgramme, { params, body, headers }),
    patch: (changes: object) =>
      call(host.programme, contract.patchSession, {
        params: { ...params, session: 'a' },
        headers: { 'if-match': '"1"' },
        body: changes,
      }),
  };
};
const school = {
  categories: [
    { id: 'student', title: 'Étudiant', colour: '#00aa55' },
    { id: 'teacher', title: { fr: 'Professeur', en: 'Teacher' } },
  ],
  kinds: [{ id: 'workshop', title: 'Atelier' }],
};
const row = (more: object = {}) => ({
  sessionId: 'a',
  title: 'Bonjour',
  venueId: 'hall',
  startsAt: '2023-07-04T10:00:00.000Z',
  endsAt: '2023-07-04T11:00:00.000Z',
  ...more,
});
const file = (more: object = {}) => ({ venues: [{ venueId: 'hall', title: 'Hall' }], sessions: [row(more)] });

describe('an event has words of its own', () => {
  test('a category is carried through badge, code, rule and door', async () => {
    const { event, created, badges } = await anEvent(school);
    expect(created.json['categories']).toEqual([
      { id: 'student', title: { fr: 'Étudiant' }, colour: '#00aa55' },
      { id: 'teacher', title: { fr: 'Professeur', en: 'Teacher' } },
    ]);
    const { json } = await badges(
      { badgeId: 'B-1', category: 'student' },
      { badgeId: 'B-2', category: 'teacher' },
    );
    const [student, teacher] = json['results'].map(({ code }: { code: string }) => code);
    const doors = await openDoors(host, {
      event,
      sessions: [aSession('staff-room', { kind: 'workshop', admission: { categories: ['teacher'] } })],
    });
    const scan = async (badge: string) =>
      (
        await doors.send('d-1', [
          { scanId: randomUUID(), sessionId: 'staff-room', badge, scannedAt: new Date().toISOString() },
        ])
      )[0];
    expect(await scan(student)).toMatchObject({ reason: 'not_entitled', badge: { category: 'student' } });
    expect(await scan(teacher)).toMatchObject({ outcome: 'admitted', badge: { category: 'teacher' } });
  });

  test('what it does not declare is refused by name: in badges, rules and kinds', async () => {
    const { badges, load, patch } = await anEvent(school);
    const wrong = await badges({ badgeId: 'B-1', category: 'delegate' });
    expect(wrong.json['errors']).toEqual([
      { pointer: '/0/category', detail: 'is no category of this event, which has student, teacher' },
    ]);
    const { json } = await load(file({ kind: 'forum', admission: { categories: ['student', 'vip'] } }));
    expect(json['errors'].map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/sessions/0/kind',
      '/sessions/0/admission/categories/1',
    ]);
    expect((await load(file())).json['errors']).toEqual([]);
    expect((await patch({ kind: 'forum' })).status).toBe(400);
    expect((await patch({ admission: { categories: ['teacher'] } })).status).toBe(200);
  });

  test('a plain title is in the event’s first language and leaves the others', async () => {
    const { event, load, patch } = await anEvent(school);
    await load(file({ title: { fr: 'Bonjour', en: 'Hello' } }));
    await patch({ title: 'Salut' });
    const [session] = (await host.programmes.get(event)).sessions;
    expect(session).toMatchObject({ title: { fr: 'Salut', en: 'Hello' }, kind: 'workshop' });
  });

  test('a schedule’s types become the event’s kinds', async () => {
    const { event, load } = await anEvent({
      kinds: [
        { id: 'talk', title: 'Talk' },
        { id: 'workshop', title: 'Workshop' },
      ],
    });
    const xml = `<schedule><conference><acronym>c</acronym></conference><day date="2023-02-04"><room name="Main">${[
      'Workshop',
      'lightning',
    ]
      .map(
        (type, index) =>
          `<event id="${index}"><start>1${index}:00</start><title>x</title><type>${type}</type></event>`,
      )
      .join('')}</room></day></schedule>`;
    expect((await load(xml, { 'content-type': 'application/xml' })).json['errors']).toEqual([]);
    const { sessions } = await host.programmes.get(event);
    expect(sessions.map(({ kind }) => kind).sort()).toEqual(['talk', 'workshop']);
  });

  test('without any it has the usual ones, and keeps those that a change leaves out', async () => {
    const { created, put } = await anEvent();
    expect(created.json['categories'].map(({ id }: { id: string }) => id)).toEqual([
      'delegate',
      'speaker',
      'vip',
      'press',
      'staff',
      'exhibitor',
    ]);
    const { json } = await put(school);
    expect((await put({ timeZone: 'Europe/Paris' })).json).toMatchObject({
      categories: json['categories'],
      kinds: [{ id: 'workshop', title: { fr: 'Atelier' } }],
    });
  });

  test('a word that is taken away is said to be in use, and what has it goes on', async () => {
    const { event, put, badges, load, patch } = await anEvent(school);
    const { json } = await badges(
      { badgeId: 'B-1', category: 'student' },
      { badgeId: 'B-2', category: 'student' },
      { badgeId: 'B-3', category: 'teacher' },
    );
    const [{ code }] = json['results'];
    const doors = await openDoors(host, { event, sessions: [] });
    await load(file({ admission: { categories: ['student'] } }));
    const [, teacher] = school.categories;
    const kinds = [{ id: 'talk', title: 'Exposé' }];
    expect((await put({ categories: [teacher], kinds })).json['warnings']).toEqual([
      {
        pointer: '/categories',
        detail: 'no longer has student: badges that have it (2) and sessions that let it in (1) keep it',
      },
      { pointer: '/kinds', detail: 'no longer has workshop: sessions of this kind (1) keep it' },
    ]);
    expect((await patch({ title: 'Salut' })).json).toMatchObject({
      kind: 'workshop',
      admission: { categories: ['student'] },
    });
    const scan = { scanId: randomUUID(), sessionId: 'a', badge: code, scannedAt: '2023-07-04T10:05:00.000Z' };
    expect(await doors.send('d-1', [scan])).toMatchObject([
      { outcome: 'admitted', badge: { category: 'student' } },
    ]);
    expect((await put({ timeZone: 'Europe/Paris' })).json['warnings']).toEqual([]);
  });

  test('a word that nobody has is taken away without a word', async () => {
    const { put } = await anEvent(school);
    const { json } = await put({
      categories: school.categories.slice(1),
      kinds: [{ id: 'talk', title: 'x' }],
    });
    expect(json['warnings']).toEqual([]);
  });

  test.each([
    [[{ id: 'a.b', title: 'x' }]],
    [
      [
        { id: 'a', title: 'x' },
        { id: 'a', title: 'y' },
      ],
    ],
    [[{ id: 'a', title: 'x', colour: 'red' }]],
    [[]],
  ])('%j are no categories', async (categories) => {
    const { put } = await anEvent();
    expect((await put({ categories })).status).toBe(400);
  });
});
