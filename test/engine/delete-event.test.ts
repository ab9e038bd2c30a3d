import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { eraseEvents, QUIET_MS } from '../../functions/erase-events/erase-events.ts';
import { closing } from '../../functions/programme/closing.ts';
import { deleteEvent } from '../../shared/contract/event-closing.ts';
import * as programmeContract from '../../shared/contract/programme.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { eraseAnnouncements } from '../../shared/store/announcements/erase.ts';
import { announcementLedger } from '../../shared/store/announcements/ledger.ts';
import { eraseAttendance } from '../../shared/store/attendance/erase.ts';
import { eraseBadges } from '../../shared/store/badges/erase.ts';
import type { BadgeRecord } from '../../shared/store/badges/record.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { eraseCounts } from '../../shared/store/counts/erase.ts';
import { headCounts } from '../../shared/store/counts/head-counts.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventDeletions } from '../../shared/store/event-deletions.ts';
import { noticeLedger } from '../../shared/store/notice-ledger.ts';
import { placeIndex } from '../../shared/store/place-index.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { eraseRegistry } from '../../shared/store/registry-erase.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { eraseSubscribers } from '../../shared/store/subscribers/erase.ts';
import { CONFIRMATION } from '../../shared/store/subscribers/keys.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { call } from './announcement-host.ts';
import { attendanceStream } from './attendance-stream.ts';
import { aSession, dice, openDoors } from './doors.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

const TABLES = ['Attendance', 'Counts', 'Announcements', 'Subscribers', 'Registry'];
const FOREIGN = 'code-of-another-system';

let host: RegistryHost;
let stream: ReturnType<typeof attendanceStream>;
beforeAll(async () => {
  host = await startRegistryHost();
  stream = attendanceStream(host.endpoint);
});
afterAll(async () => {
  stream.close();
  await host.stop();
});

const aBadge = (badgeId: string, more: Partial<BadgeRecord> = {}): BadgeRecord => ({
  badgeId,
  category: 'delegate',
  country: 'SG',
  name: `Ada ${badgeId}`,
  company: null,
  code: `${badgeId}-${FOREIGN}`,
  issue: 1,
  reissuedAt: null,
  reissuedReason: null,
  revokedAt: null,
  revokedReason: null,
  ...more,
});

/** Badges with codes of their own, of others, changed ones, a revoked and a deleted one. */
const fillBadges = async (event: string): Promise<void> => {
  const badges = host.badgeStore;
  const made = ['A-1', 'A-2', 'A-3', 'A-4'].map((badgeId) => aBadge(badgeId));
  await badges.save(
    event,
    made.map((after) => ({ before: undefined, after })),
    Date.now(),
  );
  const [first = aBadge('A-1'), second = aBadge('A-2')] = made;
  await badges.save(
    event,
    [{ before: first, after: { ...first, code: 'another', name: 'Grace' } }],
    Date.now(),
  );
  await badges.revoke(event, 'A-3', 'lost', Date.now());
  await badges.remove(event, second, Date.now());
};

/** What the press office, subscribers and operations leave behind. */
const fillMessages = async (event: string): Promise<void> => {
  const now = Date.now();
  const texts = {
    announcementId: 'a1',
    kind: 'report' as const,
    edition: 1,
    content: { en: { title: 'Outcomes', body: 'Many' } },
    mainLanguage: 'en',
    audience: ['en'],
    topics: [],
    sessionId: null,
    note: null,
    reason: null,
  };
  const record = { ...texts, version: 1, publishAt: null, publishedAt: now, updatedAt: now };
  await announcementStore(host.documents, 'Announcements').save(
    event,
    { ...record, state: 'published' },
    { ...texts, change: 'published', at: now },
  );
  const sending = { event, announcementId: 'a1', edition: 1, language: 'en' };
  await announcementLedger(host.documents, 'Announcements').claim(sending, now);
  const wish = { subscriptionId: 's1', channel: 'email' as const, endpoint: 'sealed', language: 'en' };
  await subscriberStore(host.documents, 'Subscribers').ask(event, wish, now);
  const ledger = deliveryLedger(host.documents, 'Subscribers');
  await ledger.claim({ ...sending, subscriptionId: 's1' }, 'email', now);
  const asked = { event, announcementId: CONFIRMATION, edition: now, subscriptionId: 's1' };
  await ledger.claim(asked, 'email', now);
  await ledger.planned(sending, 'en', 3, { email: 1 }, now);
  await noticeLedger(host.documents, 'Counts').once(event, 'silent#d', 'now', async () => {});
};

/** An event in which everything has happened that leaves something behind. */
const fill = async (event: string) => {
  const sessions = [
    aSession('hall', { shards: 4, admission: { capacity: 50, capacityMode: 'enforced' } }),
    aSession('forum', { roomId: null }),
  ];
  const doors = await openDoors(host, {
    event,
    sessions,
    clock: () => Date.parse('2023-07-05T02:00:00.000Z'),
  });
  await fillBadges(event);
  const scan = (badge: string, sessionId: string) => ({
    scanId: randomUUID(),
    sessionId,
    badge,
    scannedAt: '2023-07-05T02:00:00.000Z',
  });
  const codes = Array.from({ length: 30 }, (_, index) => doors.codeOf(`B-${index}`));
  const admitted = await doors.send(
    'd-1',
    codes.flatMap((code) => [scan(code, 'hall'), scan(code, 'forum')]),
  );
  expect(admitted.every(({ outcome }) => outcome === 'admitted')).toBe(true);
  const refused = await doors.send('d-1', [scan('nobody', 'forum'), scan('nobody', 'nowhere')]);
  expect(refused.map(({ reason }) => reason)).toEqual(['unknown_badge', 'unknown_session']);
  const device = { deviceId: `d-${event}`, name: 'Door', role: 'scanner' as const, sessions: null };
  await deviceStore(host.documents, 'Registry').create(
    event,
    { ...device, createdAt: new Date().toISOString() },
    { text: `PAIR-${event}`, expiresAt: Date.now() + 60_000 },
  );
  await headCounts(host.client, 'Counts').add(event, 'hall', { count: 3, at: 1, by: 'ada', inside: 2 });
  await placeIndex(host.documents, 'Registry').add(event, 'A-4', new Set(['hall']));
  await fillMessages(event);
};

/** Every item of an event, whatever its table, as text. */
const left = async (event: string): Promise<string[]> => {
  const found: string[] = [];
  const belongs = new RegExp(`(^|#)${event}(#|$)`);
  for (const TableName of TABLES) {
    const { Items = [] } = await host.documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
    for (const item of Items) {
      const names = [item['pk'], item['sk'], item['event']].map(String);
      if (!names[0]?.startsWith('PAIR#') && names.some((name) => belongs.test(name)))
        found.push(`${TableName} ${names[0]} ${names[1]}`);
    }
  }
  return found.sort();
};

const counting = () => {
  const handler = count({
    counts: countStore(host.client, 'Counts'),
    park: async () => {},
    publish: async () => {},
    clock: Date.now,
  });
  return async () => {
    const Records = await stream.read();
    if (Records.length > 0) expect((await handler({ Records })).batchItemFailures).toEqual([]);
  };
};

/** An engine that takes so many more writes, then the process is gone. */
const dying = (writes: number): DynamoDBDocumentClient => {
  let leftOver = writes;
  return new Proxy(host.documents, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name);
      return (command: { readonly constructor: { readonly name: string } }, ...more: unknown[]) => {
        if (/Write/.test(command.constructor.name)) {
          if (leftOver === 0) throw new Error('killed');
          leftOver -= 1;
        }
        return Reflect.apply(target.send, target, [command, ...more]);
      };
    },
  });
};

const erasing = (documents: DynamoDBDocumentClient, clock: () => number, topics: string[]) => {
  const subscribers = eraseSubscribers(documents, 'Subscribers');
  const announcements = eraseAnnouncements(documents, 'Announcements');
  return eraseEvents({
    deletions: eventDeletions(documents, 'Registry'),
    programmes: programmeStore(documents, 'Registry'),
    counts: countStore(host.client, 'Counts'),
    erase: {
      attendance: eraseAttendance(documents, 'Attendance'),
      counts: eraseCounts(documents, 'Counts'),
      announcements: (event, assertTime) =>
        announcements(event, (id) => subscribers.ledger(event, id, assertTime), assertTime),
      subscribers: subscribers.all,
      badges: eraseBadges(documents, 'Registry'),
      ...eraseRegistry(documents, 'Registry'),
      topic: async (event, language) => void topics.push(`${event} ${language}`),
    },
    clock,
  });
};

const startDeleting = (clock: () => number) => {
  const { remove } = closing({
    events: host.events,
    deletions: eventDeletions(host.documents, 'Registry'),
    devices: deviceStore(host.documents, 'Registry'),
    clock,
  });
  const handler = httpApi([on(deleteEvent, remove)]);
  return (event: string, confirm = event) =>
    call(handler, deleteEvent, { params: { event }, query: { confirm } });
};

test('a deleted event is gone at once, and after any crashes nothing is left of it; its neighbour is whole', async () => {
  const [event, neighbour] = ['leaving', 'leaving-2'];
  await fill(event);
  await fill(neighbour);
  const readStream = counting();
  await readStream();
  const kept = await left(neighbour);
  expect(kept.length).toBeGreaterThan(100);
  expect((await left(event)).length).toBe(kept.length);

  const requestedAt = Date.now();
  const ask = startDeleting(() => requestedAt);
  expect((await ask(event, 'leavin')).json).toMatchObject({ status: 400, errors: [{ pointer: '/confirm' }] });
  expect((await ask('nothing')).status).toBe(404);
  const accepted = await ask(event);
  expect([accepted.status, accepted.json]).toEqual([
    202,
    { event, requestedAt: new Date(requestedAt).toISOString(), erasedAt: null },
  ]);
  expect((await call(host.programme, programmeContract.getEvent, { params: { event } })).status).toBe(404);
  const [device] = await deviceStore(host.documents, 'Registry').all(event);
  expect(device?.revokedAt).not.toBeNull();

  let now = requestedAt + QUIET_MS - 1;
  const before = await left(event);
  const topics: string[] = [];
  const run = (writes: number) =>
    erasing(
      dying(writes),
      () => now,
      topics,
    )({ until: Number.POSITIVE_INFINITY }).then(
      ({ erased }) => erased.length === 1,
      (error: Error) => {
        expect(error.message).toBe('killed');
        return false;
      },
    );
  expect(await run(1_000)).toBe(false);
  expect(await left(event)).toEqual(before);
  now += 2;
  const next = dice(7);
  let crashes = 0;
  while (!(await run(1 + Math.floor(next() * 6)))) {
    crashes += 1;
    if (next() < 0.3) await readStream();
    if (crashes > 200) throw new Error(`still left: ${(await left(event)).join(', ')}`);
  }
  await readStream();
  expect(crashes).toBeGreaterThan(10);
  expect(await left(event)).toEqual([`Registry E#${event} EVENT`]);
  expect(await left(neighbour)).toEqual(kept);
  expect(topics).toContain(`${event} en`);

  expect((await ask(event)).json).toMatchObject({ erasedAt: new Date(now).toISOString() });
  const again = await call(host.programme, programmeContract.putEvent, {
    params: { event },
    body: { title: { en: 'Again' }, timeZone: 'UTC', languages: ['en'] },
  });
  expect([again.status, again.json['detail']]).toEqual([409, expect.stringContaining('take another')]);
});
