import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScheduledDeps, WatchDeps } from '../../functions/watch/deps.ts';
import { everyMinute, verifyCounts } from '../../functions/watch/scheduled.ts';
import { watch } from '../../functions/watch/watch.ts';
import type { Device } from '../../shared/contract/devices.ts';
import { type Notice, noticeData } from '../../shared/contract/notices.ts';
import { type StoredSession, storedSession } from '../../shared/contract/sessions.ts';
import { defaultWords } from '../../shared/domain/event-words.ts';
import type { RecordedScan } from '../../shared/domain/scan.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announceByRule } from '../../shared/store/announcements/by-rule.ts';
import type { Mark } from '../../shared/store/attendance/marks.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { watermarkOf } from '../../shared/store/counts/item.ts';
import { continueTrace } from '../../shared/store/counts/trace.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { noticeLedger } from '../../shared/store/notice-ledger.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
let number = 0;
let sequence = 0;
const positionOf = (number: number) => watermarkOf({ stream: '', sequenceNumber: String(number) });
const NOW = Date.parse('2023-07-04T11:30:00.000Z');
const MINUTE_MS = 60_000;

const iso = (ms: number) => new Date(ms).toISOString();

const aSession = (more: Partial<StoredSession> = {}): StoredSession => ({
  ...storedSession.parse({
    sessionId: 'main-forum',
    title: { en: 'Main forum' },
    venueId: 'cncc',
    startsAt: iso(NOW - 30 * MINUTE_MS),
    endsAt: iso(NOW + 30 * MINUTE_MS),
    admission: { capacity: 100 },
    shards: 1,
    version: 1,
  }),
  ...more,
});

const VENUE = {
  venueId: 'cncc',
  title: { en: 'CNCC', zh: '国家会议中心' },
  city: null,
  timeZone: 'Asia/Shanghai',
  rooms: [],
};

const aDevice = (more: Partial<Device> = {}): Device => ({
  deviceId: 'd1',
  name: 'Door 1',
  role: 'scanner',
  sessions: null,
  paired: true,
  revokedAt: null,
  createdAt: iso(NOW - 60 * MINUTE_MS),
  lastSeenAt: iso(NOW),
  lastScanAt: null,
  queued: null,
  ...more,
});

const anEvent = (event: string): EventRecord => ({
  event,
  title: { en: 'Test' },
  timeZone: 'Asia/Shanghai',
  languages: ['en', 'zh'],
  ...defaultWords(),
  onePlaceAtATime: false,
  closedAt: null,
  publicKeys: [],
  programmeVersion: 1,
  programmeRevision: 1,
});

/** An event of its own with one session, on the real engine; what is told is kept in `told`. */
const aWorld = (session = aSession(), devices: Device[] = [], others: StoredSession[] = []) => {
  number += 1;
  const event = `event-${number}`;
  const counts = countStore(engine.client, 'Counts');
  const attendance = attendanceStore(engine.client, 'Attendance');
  const announcements = announcementStore(engine.documents, 'Announcements');
  const sent: Notice[] = [];
  const world = { now: NOW, broken: false };
  const measured: { checked: number; drifted: number }[] = [];
  const deps: WatchDeps & ScheduledDeps = {
    programme: async () => ({ venues: [VENUE], sessions: [session, ...others] }),
    announce: announceByRule(announcements),
    counts,
    attendance,
    ledger: noticeLedger(engine.documents, 'Counts'),
    send: async (notice) => {
      if (world.broken) throw new Error('SNS is not there');
      sent.push(notice);
    },
    clock: () => world.now,
    told: new Set(),
    events: async () => [event, 'begun-but-never-made'],
    event: async (name) => (name === event ? anEvent(name) : undefined),
    devices: async () => devices,
    measured: (counters) => measured.push(counters),
  };
  const { sessionId } = session;
  const handler = watch(deps);

  /** Counts people in or out of a shard. @returns the record of the stream */
  const move = async (inside: number, shard = 0, conflicts = 0): Promise<DynamoDBRecord> => {
    sequence += 1;
    const before = await counts.get(event, sessionId, shard);
    const fields = { inside, ...(conflicts > 0 && { conflicts }) };
    const change = { fields, watermark: positionOf(sequence), trace: null, lastScans: [], at: world.now };
    const { counter } = await counts.apply(event, sessionId, shard, before, change);
    const image = (values: Readonly<Record<string, number>> = {}) =>
      Object.fromEntries(
        Object.entries(values).map(([field, value]) => [`f:${field}`, { N: String(value) }]),
      );
    return {
      eventName: before ? 'MODIFY' : 'INSERT',
      dynamodb: {
        SequenceNumber: String(sequence),
        Keys: { pk: { S: event }, sk: { S: `${sessionId}#${shard}` } },
        NewImage: image(counter?.fields),
        ...(before && { OldImage: image(before.fields) }),
      },
    };
  };
  const deliver = (...Records: DynamoDBRecord[]) => handler({ Records });
  const thresholds = () =>
    sent.flatMap((notice) =>
      notice.type === 'io.turnout.session.capacity.v1' ? [notice.data.threshold] : [],
    );
  const announced = async () => (await announcements.listAll(event, { limit: 50 })).items;
  return {
    event,
    deps,
    counts,
    sent,
    measured,
    world,
    handler,
    move,
    deliver,
    thresholds,
    attendance,
    announced,
  };
};

const aScan = (more: Partial<RecordedScan> = {}): RecordedScan => ({
  scanId: crypto.randomUUID(),
  direction: 'entry',
  scannedAt: NOW,
  deviceId: 'door-1',
  refused: null,
  conflict: null,
  ...more,
});

beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

describe('a room that fills up', () => {
  test('is told once for each threshold, over all of its shards, as a CloudEvent', async () => {
    const { event, deliver, move, sent, thresholds } = aWorld(aSession({ shards: 2 }));
    await deliver(await move(40, 0));
    expect(sent).toEqual([]);
    await deliver(await move(41, 1));
    await deliver(await move(-2, 0), await move(2, 1), await move(1, 0));
    expect(thresholds()).toEqual([80]);
    expect(sent).toEqual([
      {
        specversion: '1.0',
        id: `${event}.main-forum.capacity.80.1`,
        source: `/events/${event}`,
        type: 'io.turnout.session.capacity.v1',
        time: '2023-07-04T11:30:00.000Z',
        datacontenttype: 'application/json',
        data: { sessionId: 'main-forum', threshold: 80, inside: 81, capacity: 100 },
      },
    ]);
    await deliver(await move(20, 1));
    expect(thresholds()).toEqual([80, 95, 100]);
    await deliver(await move(-40, 1));
    await deliver(await move(40, 0));
    expect(thresholds()).toEqual([80, 95, 100, 80, 95, 100]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(6);
  });

  test('is not told again when the stream delivers again', async () => {
    const { deliver, move, thresholds } = aWorld();
    const record = await move(85);
    for (let times = 0; times < 3; times += 1) await deliver(record);
    expect(thresholds()).toEqual([80]);
  });

  test('is written down once when two deliveries race; a second message has the same id', async () => {
    const { deliver, move, sent, deps, event } = aWorld();
    const record = await move(100);
    await Promise.all([deliver(record), deliver(record), deliver(record)]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
    expect(await deps.ledger.level(event, 'main-forum')).toMatchObject({ fired: [80, 95, 100], outbox: [] });
  });

  test('is told later when the topic is not there: the batch comes again', async () => {
    const { deliver, move, sent, world } = aWorld();
    world.broken = true;
    const record = await move(90);
    const first = record.dynamodb?.SequenceNumber;
    expect(await deliver(record)).toEqual({ batchItemFailures: [{ itemIdentifier: first }] });
    expect(sent).toEqual([]);
    world.broken = false;
    expect(await deliver(record)).toEqual({ batchItemFailures: [] });
    expect(sent.map(({ id }) => id)).toEqual([expect.stringMatching(/\.main-forum\.capacity\.80\.1$/)]);
  });

  test('is told at its own thresholds, and never without a capacity', async () => {
    const own = aWorld(aSession({ watch: { thresholds: [50] } }));
    await own.deliver(await own.move(100));
    expect(own.thresholds()).toEqual([50]);
    const { admission } = aSession();
    const boundless = aWorld(aSession({ admission: { ...admission, capacity: null } }));
    await boundless.deliver(await boundless.move(5_000));
    expect(boundless.sent).toEqual([]);
  });
});

describe('a session whose being full the public is to know', () => {
  const OVERFLOW = aSession({ sessionId: 'overflow', title: { en: 'Overflow', zh: '分会场' } });
  const aFullOne = (mode: 'draft' | 'publish', more: Partial<StoredSession> = {}) =>
    aWorld(
      aSession({ topics: ['data'], whenFull: { mode, continuesIn: 'overflow' }, ...more }),
      [],
      [OVERFLOW],
    );

  test('is announced once for each crossing, in all languages, however often the stream says it', async () => {
    const { announced, deliver, move } = aFullOne('publish', { watch: { thresholds: [50] } });
    const almost = await move(99);
    await deliver(almost);
    expect(await announced()).toEqual([]);
    const full = await move(1);
    await Promise.all([deliver(full), deliver(full), deliver(almost, full)]);
    await deliver(full);
    const [notice, ...more] = await announced();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      kind: 'notice',
      state: 'published',
      edition: 1,
      topics: ['data'],
      sessionId: 'main-forum',
      content: {
        en: {
          title: 'Main forum is full',
          body: 'All places are taken in CNCC (as of 19:30).\n\nIt continues in Overflow (CNCC).',
        },
        zh: {
          title: '“Main forum”已满员',
          body: '国家会议中心座位已满（截至19:30）。\n\n请前往“分会场”（国家会议中心）继续参加。',
        },
      },
    });
    await deliver(await move(-50));
    await deliver(await move(50));
    expect((await announced()).map(({ state }) => state)).toEqual(['published', 'published']);
  });

  test('stays a draft where a person is to decide', async () => {
    const { announced, deliver, move } = aFullOne('draft');
    const full = await move(100);
    await Promise.all([deliver(full), deliver(full)]);
    expect(await announced()).toMatchObject([{ state: 'draft', edition: 0, version: 1 }]);
  });

  test('is announced when the crossing was told but the announcement could not be stored', async () => {
    const { announced, deps, move } = aFullOne('publish');
    const full = await move(100);
    const broken = watch({ ...deps, announce: () => Promise.reject(new Error('no table')) });
    expect((await broken({ Records: [full] })).batchItemFailures).toHaveLength(1);
    await watch(deps)({ Records: [full] });
    expect(await announced()).toMatchObject([{ state: 'published' }]);
  });

  test.each([
    ['nobody asked for it', { whenFull: null }],
    ['it was cancelled', { cancelled: true }],
    ['it is over', { endsAt: iso(NOW - 1) }],
  ])('is not announced when %s', async (_why, more) => {
    const { announced, deliver, move, thresholds } = aFullOne('publish', more);
    await deliver(await move(100));
    expect(thresholds()).toContain(100);
    expect(await announced()).toEqual([]);
  });
});

describe('two doors that contradict each other', () => {
  const wearer = { category: 'delegate', country: null } as const;

  test('are told with both devices and times, once', async () => {
    const { event, attendance, deliver, move, sent } = aWorld();
    const key = { event, sessionId: 'main-forum', shard: 0, badgeId: 'B-1' };
    await attendance.append(key, aScan(), wearer, 'outside');
    const second = aScan({
      deviceId: 'door-2',
      scannedAt: NOW + 60_000,
      admittedOffline: true,
      conflict: 'already_inside',
    });
    await attendance.append(key, second, wearer, 'anything');
    const record = await move(1, 0, 1);
    for (let times = 0; times < 3; times += 1) await deliver(record);
    expect(sent).toMatchObject([
      {
        id: `${event}.main-forum.conflict.${second.scanId}`,
        type: 'io.turnout.checkin.conflict.v1',
        data: {
          sessionId: 'main-forum',
          badgeId: 'B-1',
          conflict: 'already_inside',
          scan: { deviceId: 'door-2', scannedAt: '2023-07-04T11:31:00.000Z' },
          previous: { deviceId: 'door-1', scannedAt: '2023-07-04T11:30:00.000Z' },
        },
      },
    ]);
    for (const { type, data } of sent) expect(noticeData[type].safeParse(data).success).toBe(true);
  });

  test('are not told after a restart either, nor are exits and what a supervisor decided', async () => {
    const { event, attendance, deps, move, sent } = aWorld();
    const key = (badgeId: string) => ({ event, sessionId: 'main-forum', shard: 0, badgeId });
    await attendance.append(key('B-1'), aScan({ conflict: 'too_early' }), wearer, 'outside');
    const overridden = aScan({ conflict: 'not_entitled', override: 'escorted' });
    await attendance.append(key('B-2'), overridden, wearer, 'outside');
    await attendance.append(key('B-3'), aScan({ direction: 'exit' }), wearer, 'anything');
    const record = await move(1, 0, 3);
    await watch({ ...deps, told: new Set() })({ Records: [record] });
    await watch({ ...deps, told: new Set() })({ Records: [record] });
    expect(sent.map(({ data }) => data)).toMatchObject([{ badgeId: 'B-1', conflict: 'too_early' }]);
  });
});

describe('each minute', () => {
  const aSilence = (more: Partial<Device> = {}) => aDevice({ lastSeenAt: iso(NOW - 6 * MINUTE_MS), ...more });

  test('a device that is not heard of while it is needed is told once, and again after the next silence', async () => {
    const devices = [
      aSilence({ queued: 40, lastScanAt: iso(NOW - 7 * MINUTE_MS) }),
      aDevice({ deviceId: 'd2' }),
    ];
    const { event, deps, sent } = aWorld(aSession(), devices);
    await everyMinute(deps);
    await everyMinute(deps);
    expect(sent).toMatchObject([
      {
        id: `${event}.d1.silent.2023-07-04T11:24:00.000Z`,
        type: 'io.turnout.device.silent.v1',
        data: { deviceId: 'd1', name: 'Door 1', queued: 40, sessions: ['main-forum'] },
      },
    ]);
    devices[0] = aSilence({ lastSeenAt: iso(NOW - 5.5 * MINUTE_MS) });
    await everyMinute(deps);
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['is not needed by a session that runs', aSilence({ sessions: ['another-session'] }), aSession()],
    [
      'was switched off until its session began',
      aSilence(),
      aSession({ startsAt: iso(NOW - 4 * MINUTE_MS) }),
    ],
    ['has been revoked', aSilence({ revokedAt: iso(NOW) }), aSession()],
    ['has never been paired', aSilence({ paired: false, lastSeenAt: null }), aSession()],
    ['belongs to a session that was cancelled', aSilence(), aSession({ cancelled: true })],
    ['belongs to a session that is over', aSilence(), aSession({ endsAt: iso(NOW - 1) })],
  ])('a device that %s is let alone', async (_why, device, session) => {
    const { deps, sent } = aWorld(session, [device]);
    await everyMinute(deps);
    expect(sent).toEqual([]);
  });
});

describe('each quarter of an hour', () => {
  test('a count that differs from its records is told and measured', async () => {
    const { deps, counts, sent, measured, move } = aWorld();
    await move(3);
    // Nothing was recorded, and `count` is not running to be waited for: answer its mark in its place.
    const marked = {
      ...deps,
      attendance: {
        ...deps.attendance,
        mark: async (event: string, sessionId: string, shard: number, mark: Mark) => {
          sequence += 1;
          const before = await counts.get(event, sessionId, shard);
          const trace = continueTrace(before?.trace ?? null, [{ mark }], Date.now());
          const change = { fields: {}, watermark: positionOf(sequence), trace, lastScans: [], at: NOW };
          await counts.apply(event, sessionId, shard, before, change);
        },
      },
    };
    await verifyCounts(marked);
    expect(sent).toMatchObject([
      {
        type: 'io.turnout.counts.drift.v1',
        data: { sessionId: 'main-forum', shard: 0, counted: { inside: 3 }, stored: {} },
      },
    ]);
    expect(measured).toEqual([{ checked: 1, drifted: 1, stalled: 0 }]);
  });

  test('counts that are right are measured as such, and nothing is told', async () => {
    const { deps, sent, measured } = aWorld();
    await verifyCounts(deps);
    expect([sent, measured]).toEqual([[], [{ checked: 1, drifted: 0, stalled: 0 }]]);
  });
});
