import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import {
  api,
  aScan,
  ask,
  present,
  sendScans,
  startTestTurnout,
  type TestTurnout,
} from '../support/turnout.ts';

const ALL = 'GET /v1/events/{event}/attendance';
const PEOPLE = 40;
let system: TestTurnout;
let own: OwnEvent;
let codes: string[];
const badgeOf = (index: number) => `B-${String(index).padStart(3, '0')}`;
const params = { event: 'hall-2023' };

beforeAll(async () => {
  system = await startTestTurnout({ empty: true });
  own = await ownEvent(system, 'hall-2023', [
    { sessionId: 'north-door', kind: 'entrance' },
    { sessionId: 'south-door', kind: 'entrance' },
    { sessionId: 'forum' },
    { sessionId: 'seminar' },
  ]);
  const hours = {
    startsAt: new Date(Date.now() - 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + 6 * 3_600_000).toISOString(),
  };
  const title = { en: 'Annex' };
  await own.client.call('POST /v1/events/{event}/programme', {
    params,
    body: {
      venues: [{ venueId: 'annex', title, timeZone: 'Asia/Shanghai' }],
      sessions: ['lab', 'studio'].map((sessionId) => ({ sessionId, venueId: 'annex', title, ...hours })),
    },
  });
  codes = await own.issue(
    Array.from({ length: PEOPLE }, (_, index) => ({
      badgeId: badgeOf(index),
      category: index % 4 === 0 ? 'press' : 'delegate',
      country: 'SG',
      name: `Ada ${index}`,
    })),
  );
});
afterAll(() => system?.stop());

const scanAll = async (token: string, scans: readonly Record<string, unknown>[]) => {
  const { event } = own;
  for (let start = 0; start < scans.length; start += 100)
    await sendScans({ ...system.credentials, event }, token, scans.slice(start, start + 100));
  await system.turnout.host.drained();
};

it('the last scans of a session are seen in their order, with door, outcome and reason', async () => {
  const door = await own.pair('Lab door');
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const scan = (badge: string, seconds: number, more = {}) =>
    aScan(badge, { sessionId: 'forum', scannedAt: at(seconds), admittedOffline: true, ...more });
  const [first = '', second = ''] = codes;
  const mistaken = scan(second, 30);
  // The newer ones come first; a badge that nobody knows is seen, too.
  await scanAll(door.token, [mistaken, scan('LEGACY-1', 20)]);
  await scanAll(door.token, [scan(first, 60), scan(first, 50, { direction: 'exit' }), scan(first, 40)]);
  const { scanId } = mistaken;
  await api(system.credentials, door.token).call('POST /v1/events/{event}/check-ins/annul', {
    params,
    body: { scanId, sessionId: 'forum', badgeId: badgeOf(1), reason: 'wrong door' },
  });
  await system.turnout.host.drained();
  const { body } = await own.client.call('GET /v1/events/{event}/sessions/{session}/attendance', {
    params: { ...params, session: 'forum' },
  });
  const { deviceId } = door;
  expect(body.lastScans).toMatchObject([
    { badgeId: null, category: null, outcome: 'refused', reason: 'unknown_badge' },
    { badgeId: badgeOf(1), category: 'delegate', outcome: 'admitted', annulled: true, scanId },
    { badgeId: badgeOf(0), category: 'press', outcome: 'admitted', reason: null, annulled: false, deviceId },
    { badgeId: badgeOf(0), outcome: 'left' },
    { badgeId: badgeOf(0), outcome: 'admitted' },
  ]);
  expect(body.refusedByReason).toEqual({ unknown_badge: 1 });
});

it('a venue counts people, over all its entrances; one without an entrance over its sessions', async () => {
  const random = seededRandom(20230704);
  const { token } = await own.pair('Door');
  for (const [basis, sessions] of [
    ['entrances', ['north-door', 'south-door']],
    ['sessions', ['lab', 'studio']],
  ] as const) {
    const venueId = basis === 'entrances' ? 'hall' : 'annex';
    const inside = new Map(sessions.map((sessionId) => [sessionId, new Set<string>()]));
    const attended = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const scans = Array.from({ length: 60 }, () => {
        const [sessionId, index] = [random.pick(sessions), random.whole(0, PEOPLE - 1)];
        const direction = random.chance(0.6) ? 'entry' : 'exit';
        const here = present(inside.get(sessionId));
        if (direction === 'entry') attended.add(badgeOf(index));
        here[direction === 'entry' ? 'add' : 'delete'](badgeOf(index));
        return aScan(present(codes[index]), { sessionId, direction });
      });
      await scanAll(token, scans);
      const everywhere = new Set([...inside.values()].flatMap((badges) => [...badges]));
      await expect
        .poll(
          async () => {
            const { venues } = (await own.client.call(ALL, { params })).body;
            return venues.find((venue) => venue.venueId === venueId);
          },
          { timeout: 10_000 },
        )
        .toEqual({ venueId, inside: everywhere.size, attended: attended.size, basis });
    }
  }
});

it('somebody counts heads: the number stands beside the scans, with who and when', async () => {
  const COUNT = 'POST /v1/events/{event}/sessions/{session}/head-counts';
  const ONE = 'GET /v1/events/{event}/sessions/{session}/attendance';
  const at = { params: { ...params, session: 'lab' } };
  const before = (await own.client.call(ONE, at)).body;
  expect(before).toMatchObject({ headCount: null, headCounts: [] });
  const door = await own.pair('Hall door', 'scanner', ['lab']);
  const device = api(system.credentials, door.token);
  const first = (await device.call(COUNT, { ...at, body: { count: 17 } })).body;
  expect(first).toMatchObject({ count: 17, by: door.deviceId, inside: before.inside });
  await own.client.call(COUNT, { ...at, body: { count: 19 } });
  const after = (await own.client.call(ONE, at)).body;
  expect(after.headCount).toMatchObject({ count: 19, by: 'own' });
  expect(after.headCounts.map(({ count }) => count)).toEqual([19, 17]);
  expect(after.inside).toBe(before.inside);
  const { sessions } = (await own.client.call(ALL, { params })).body;
  expect(sessions.find(({ sessionId }) => sessionId === 'lab')?.headCount).toEqual(after.headCount);

  const post = (session: string, body: unknown, token = door.token) =>
    ask(system.credentials, 'POST', `/events/hall-2023/sessions/${session}/head-counts`, { token, body });
  expect((await post('studio', { count: 1 })).status).toBe(403);
  expect((await post('lab', { count: -1 })).status).toBe(400);
  expect((await post('lab', { count: 1.5 })).status).toBe(400);
  const organizer = await system.turnout.host.issueToken({ sub: 'o', roles: ['organizer'], events: ['*'] });
  expect((await post('nowhere', { count: 1 }, organizer)).status).toBe(404);
});

it('lists say who came and who never came, by name to organizers and without names to viewers', async () => {
  const viewer = await system.turnout.host.issueToken({ sub: 'v', roles: ['viewer'], events: ['hall-2023'] });
  const organizer = await system.turnout.host.issueToken({
    sub: 'o',
    roles: ['organizer'],
    events: ['hall-2023'],
  });
  await own.issue([{ badgeId: 'C-1', category: 'speaker', name: 'Grace Hopper' }]);
  const rows = z.array(z.record(z.string(), z.string()));
  const csv = async (path: string, token: string) => {
    const answer = await ask(system.credentials, 'GET', `/events/hall-2023${path}`, { token });
    expect(answer.status).toBe(200);
    return rows.parse(parse(answer.text, { columns: true, record_delimiter: '\r\n' }));
  };
  const [named] = await csv('/sessions/lab/attendees.csv', organizer);
  expect(named?.['name']).toBe(`Ada ${Number(named?.['badgeId']?.slice(2))}`);
  const [nameless] = await csv('/sessions/lab/attendees.csv', viewer);
  expect(nameless).toMatchObject({ name: '', company: '' });

  const all = await csv('/badges.csv', organizer);
  expect(all).toHaveLength(PEOPLE + 1);
  const never = await csv('/badges.csv?attended=false', organizer);
  expect(never.map(({ badgeId }) => badgeId)).toContain('C-1');
  expect(never.every(({ attended }) => attended === 'false')).toBe(true);
  expect(never.length + (await csv('/badges.csv?attended=true', organizer)).length).toBe(all.length);
  expect(await csv('/badges.csv?category=speaker', organizer)).toMatchObject([{ name: 'Grace Hopper' }]);
  expect(
    (await ask(system.credentials, 'GET', '/events/hall-2023/badges.csv', { token: viewer })).status,
  ).toBe(403);

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 15, category: 'delegate', ...(cursor && { cursor }) };
    const { body } = await own.client.call('GET /v1/events/{event}/badges', { params, query });
    seen.push(...body.items.map(({ badgeId }) => badgeId));
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(
    Array.from({ length: PEOPLE }, (_, index) => badgeOf(index)).filter((_, index) => index % 4 !== 0),
  );
});
