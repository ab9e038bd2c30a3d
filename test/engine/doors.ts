import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { annul } from '../../functions/annul/annul.ts';
import { walkIn } from '../../functions/walk-ins/walk-in.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { annulScan } from '../../shared/contract/annulments.ts';
import { createCheckIns, type ScanResult, scanResult } from '../../shared/contract/check-ins.ts';
import { type StoredSession, storedSession } from '../../shared/contract/sessions.ts';
import { createWalkIn } from '../../shared/contract/walk-ins.ts';
import { checkIn } from '../../shared/door/check-in.ts';
import { type Conferences, conferences } from '../../shared/door/conference.ts';
import { deriveBadgeKey, issueBadgeCode } from '../../shared/runtime/badge-keys.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import type { DevicePrincipal, Principal } from '../../shared/runtime/principal.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { doorProgrammes } from '../../shared/store/door-programme.ts';
import { eventStore } from '../../shared/store/events.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { call } from './announcement-host.ts';
import type { TestEngine } from './engine.ts';

const answer = z.object({ results: z.array(scanResult) });

export const aSession = (sessionId: string, more: Record<string, unknown> = {}): StoredSession =>
  storedSession.parse({
    sessionId,
    title: { en: sessionId },
    venueId: 'cncc',
    startsAt: '2023-07-05T01:00:00.000Z',
    endsAt: '2023-07-05T10:00:00.000Z',
    topics: [],
    admission: {},
    shards: 1,
    version: 1,
    ...more,
  });

/** What taking scans back knows of a session, where a door's knowledge is at hand. */
export const sessionIn =
  ({ conference }: Pick<Conferences, 'conference'>) =>
  async (event: string, sessionId: string) =>
    (await conference(event)).sessions.get(sessionId);

/** An event of its own on the engine, and doors that check in to it through the function's code. */
export const openDoors = async (
  engine: TestEngine,
  {
    event,
    sessions,
    clock = Date.now,
    onePlaceAtATime = false,
    processes = 1,
    client = engine.client,
    answersWithinMs,
  }: {
    event: string;
    sessions: readonly StoredSession[];
    clock?: () => number;
    onePlaceAtATime?: boolean;
    /** How many of them serve the doors, each with queues and knowledge of its own, like instances of a function. */
    processes?: number;
    /** By which they write attendance. */
    client?: DynamoDBClient;
    answersWithinMs?: number;
  },
) => {
  const key = deriveBadgeKey('a secret of tests', event, 'k1');
  const events = eventStore(engine.documents, 'Registry');
  const programmes = programmeStore(engine.documents, 'Registry');
  const attendance = attendanceStore(client, 'Attendance');
  const counts = countStore(engine.client, 'Counts');
  const settings = { title: { en: event }, timeZone: 'Asia/Shanghai', languages: ['en'], onePlaceAtATime };
  await events.create(event, settings, [{ kid: key.kid, publicKey: key.publicKey }]);
  const created = await events.get(event);
  if (!created) throw new Error('the event was not created');
  await programmes.replace(created, { venues: [], sessions: [...sessions] });
  const badges = badgeStore(engine.documents, 'Registry');
  const handlers = Array.from({ length: processes }, (_, index) => {
    const deps = {
      attendance: index === 0 ? attendance : attendanceStore(client, 'Attendance'),
      conferences: conferences({
        programme: doorProgrammes(engine.documents, 'Registry'),
        badges,
        counts,
        clock,
      }),
      badgeNames: badges.names,
      deviceNameOf: async () => null,
      heardOf: () => {},
      clock,
      ...(answersWithinMs !== undefined && { answersWithinMs }),
    };
    return httpApi([
      on(createCheckIns, checkIn(deps)),
      on(annulScan, annul({ ...deps, session: sessionIn(deps.conferences) })),
      on(createWalkIn, walkIn({ ...deps, badges, event: events.existing })),
    ]);
  });
  const served = new Map<string, number>();
  const handlerOf = (deviceId: string) => {
    const number = served.get(deviceId) ?? served.size;
    served.set(deviceId, number);
    const handler = handlers[number % processes];
    if (!handler) throw new Error('no process serves the doors');
    return handler;
  };
  const asDevice = (deviceId: string, role: 'scanner' | 'supervisor'): DevicePrincipal => ({
    kind: 'device',
    deviceId,
    event,
    role,
    sessions: null,
  });
  return {
    events,
    programmes,
    attendance,
    counts,
    codeOf: (badgeId: string) => issueBadgeCode(key, { event, badgeId, category: 'delegate', country: 'SG' }),
    /** Sends one request of a device. */
    send: async (
      deviceId: string,
      scans: readonly unknown[],
      role: 'scanner' | 'supervisor' = 'scanner',
    ): Promise<ScanResult[]> => {
      const { status, text } = await call(handlerOf(deviceId), createCheckIns, {
        params: { event },
        body: { scans },
        principal: asDevice(deviceId, role),
      });
      if (status !== 200) throw new Error(`check-in answered ${status}: ${text}`);
      return answer.parse(JSON.parse(text)).results;
    },
    /** Registers somebody without a badge. */
    walkIn: (body: object, role: 'scanner' | 'supervisor' = 'supervisor') =>
      call(handlerOf('s-1'), createWalkIn, { params: { event }, body, principal: asDevice('s-1', role) }),
    /** Asks to take a scan back, as whoever it is. */
    tryAnnul: (
      scan: { readonly scanId: string; readonly sessionId: string; readonly badgeId: string },
      principal: Principal,
    ) =>
      call(handlerOf('s-1'), annulScan, {
        params: { event },
        body: { ...scan, reason: 'wrong person' },
        principal,
      }),
    annul: async (scanId: string, sessionId: string, badgeId: string): Promise<void> => {
      const { status, text } = await call(handlerOf('s-1'), annulScan, {
        params: { event },
        body: { scanId, sessionId, badgeId, reason: 'wrong person' },
        principal: asDevice('s-1', 'supervisor'),
      });
      if (status !== 200) throw new Error(`annul answered ${status}: ${text}`);
    },
    /** Every record of a session, by badge. */
    records: async (sessionId: string, shards = 1) => {
      const found = new Map<string, Awaited<ReturnType<typeof attendance.get>> & object>();
      for (let shard = 0; shard < shards; shard += 1) {
        for await (const record of attendance.records(event, sessionId, shard))
          found.set(record.badgeId, record);
      }
      return found;
    },
  };
};
export type Doors = Awaited<ReturnType<typeof openDoors>>;

/** Numbers from 0 to below 1 that are the same on every run. */
export const dice = (seed: number) => seededRandom(seed).next;

/** A UUID made of such numbers. */
export const uuidOf = (next: () => number): string =>
  Array.from({ length: 8 }, () =>
    Math.floor(next() * 0x10000)
      .toString(16)
      .padStart(4, '0'),
  )
    .join('')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

/** In an order that the numbers choose. */
export const shuffled = <T>(items: readonly T[], next: () => number): T[] =>
  items
    .map((item) => ({ item, weight: next() }))
    .sort((a, b) => a.weight - b.weight)
    .map(({ item }) => item);
