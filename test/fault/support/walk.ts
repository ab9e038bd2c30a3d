import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { annul } from '../../../functions/annul/annul.ts';
import type { SeededRandom } from '../../../programmes/gdec-2023/seeded-random.ts';
import { scanResult } from '../../../shared/contract/check-ins.ts';
import { type StoredSession, storedSession } from '../../../shared/contract/sessions.ts';
import type { BadgeReading } from '../../../shared/domain/admission.ts';
import { defaultCategories, defaultWords } from '../../../shared/domain/event-words.ts';
import { type CheckInDeps, checkIn } from '../../../shared/door/check-in.ts';
import type { Principal } from '../../../shared/runtime/principal.ts';
import type { AttendanceStore } from '../../../shared/store/attendance/records.ts';
import type { DoorSession } from '../../../shared/store/door-programme.ts';

export const EVENT = 'fault-2023';
const OPENING = Date.UTC(2023, 6, 4, 10);
const MINUTE_MS = 60_000;
const BADGES = 70;
/** It lies in front of a scanner: its records put scans aside and take them back. */
const READ_OVER_AND_OVER = 'B-1';
const COUNTRIES = ['SG', 'CN', 'DK', null];
const AT_ONCE = 12;

const aSession = (sessionId: string, shards: number, admission: object = {}): StoredSession =>
  storedSession.parse({
    sessionId,
    title: { en: sessionId },
    venueId: 'cncc',
    startsAt: '2023-07-04T10:00:00.000Z',
    endsAt: '2023-07-04T16:00:00.000Z',
    admission,
    shards,
    version: 1,
  });

/** Every way of counting: one key and many, each rule of re-entry, an exact capacity. */
export const sessions: readonly StoredSession[] = [
  aSession('main-forum', 1),
  aSession('opening-ceremony', 4),
  aSession('exhibition', 2, { reentry: 'always' }),
  aSession('closing-ceremony', 2, { reentry: 'never', categories: ['vip', 'press', 'delegate'] }),
  aSession('forum-ai', 1, { capacity: 20, capacityMode: 'enforced' }),
];

const readBadge = async (code: string): Promise<BadgeReading> => {
  const number = /^B-(\d+)$/.exec(code)?.[1];
  if (number === undefined) return { kind: 'unknown' };
  const at = Number(number);
  const category = defaultCategories[at % defaultCategories.length]?.id ?? 'delegate';
  const country = COUNTRIES[at % COUNTRIES.length] ?? null;
  return {
    kind: 'known',
    badgeId: code,
    category,
    country,
    name: null,
    revoked: at % 29 === 0,
    superseded: false,
  };
};

const device = (number: number): Principal => ({
  kind: 'device',
  deviceId: `door-${number}`,
  event: EVENT,
  role: number === 0 ? 'supervisor' : 'scanner',
  sessions: null,
});

interface Sent {
  readonly scan: Readonly<Record<string, unknown>>;
  readonly scanId: string;
  readonly sessionId: string;
  readonly badge: string;
  outcome?: string;
  reason?: string | null;
}

const answered = z.object({ results: z.array(scanResult) });

/**
 * People at the doors of several sessions: live and late scans, repetitions, refusals, overrides, annulments.
 * They go through the check-in code into the real table; only badges and programme come from memory.
 */
export const startWalk = (store: () => AttendanceStore, random: SeededRandom) => {
  let now = OPENING;
  const rooms = new Map(sessions.map((session) => [session.sessionId, session]));
  const conference = async () => ({
    event: {
      event: EVENT,
      title: { en: EVENT },
      timeZone: 'Asia/Shanghai',
      languages: ['en'],
      ...defaultWords(),
      onePlaceAtATime: false,
      closedAt: null,
      publicKeys: [],
      programmeVersion: 1,
      programmeRevision: 1,
    },
    sessions: rooms,
    timeZoneOf: () => 'Asia/Shanghai',
    capacityOf: ({ admission }: DoorSession) => admission.capacity,
    earliestScanAt: null,
    isUnreadable: () => false,
    standings: new Map(),
    asOf: 0,
  });
  const deps = (): CheckInDeps => ({
    attendance: store(),
    conferences: {
      conference,
      reloaded: conference,
      badgesIn: () => readBadge,
      occupancyOf: async () => 0,
    },
    deviceNameOf: async () => null,
    heardOf: () => {},
    badgeNames: async () => new Map(),
    clock: () => now,
  });
  const sent: Sent[] = [];
  const call = {
    query: undefined,
    text: '',
    headers: {},
    requestId: 'walk',
    path: '/',
    params: { event: EVENT },
  };

  const send = async (each: Sent, door: number): Promise<void> => {
    const answer = await checkIn(deps())({ ...call, body: { scans: [each.scan] }, principal: device(door) });
    const [result] = answered.parse(answer.body).results;
    if (!result || result.outcome === 'invalid')
      throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
    each.outcome = result.outcome;
    each.reason = result.reason;
  };

  const aScan = (more: Readonly<Record<string, unknown>>): Sent => {
    const scanId = randomUUID();
    const { sessionId } = random.pick(sessions);
    const badge = random.chance(0.06)
      ? `unknown-${random.whole(0, 9)}`
      : random.chance(0.3)
        ? READ_OVER_AND_OVER
        : `B-${random.whole(1, BADGES)}`;
    const scan = { scanId, sessionId, badge, scannedAt: new Date(now).toISOString(), ...more };
    return { scan, scanId, sessionId, badge };
  };

  const fresh = async (more: Readonly<Record<string, unknown>>, door: number): Promise<void> => {
    const each = aScan(more);
    await send(each, door);
    sent.push(each);
  };

  const late = () => new Date(now - random.whole(0, 180) * MINUTE_MS).toISOString();
  const someDirection = () => random.pick(['entry', 'exit']);
  const sentOnes = (wanted: (each: Sent) => boolean): Sent[] => sent.slice(-200).filter(wanted);

  const takeBack = async ({ scanId, sessionId, badge }: Sent): Promise<void> => {
    const body = { scanId, sessionId, badgeId: badge, reason: 'wrong door' };
    await annul({ ...deps(), session: async (_event, id) => rooms.get(id) })({
      ...call,
      body,
      principal: device(0),
    });
  };

  const step = async (door: number): Promise<void> => {
    const kind = random.weighted([42, 20, 18, 6, 5, 5, 4]);
    const again = sentOnes(() => true);
    const refused = sentOnes(({ outcome, reason }) => outcome === 'refused' && reason !== 'unknown_badge');
    const accepted = sentOnes(({ outcome }) => outcome === 'admitted' || outcome === 'left');
    if (kind === 0) return fresh({}, door);
    if (kind === 1) return fresh({ direction: 'exit' }, door);
    if (kind === 2) {
      return fresh({ admittedOffline: true, direction: someDirection(), scannedAt: late() }, door);
    }
    if (kind === 3) return fresh({ override: { reason: 'escorted' } }, 0);
    if (kind === 4 && again.length > 0) return send(random.pick(again), door);
    if (kind === 5 && accepted.length > 0) return takeBack(random.pick(accepted));
    if (kind === 6 && refused.length > 0) {
      const each = random.pick(refused);
      return send({ ...each, scan: { ...each.scan, admittedOffline: true } }, door);
    }
    return fresh({}, door);
  };

  return {
    sent,
    /** So many steps, several at a time; some of them of one badge in the same moment. */
    run: async (steps: number): Promise<void> => {
      for (let done = 0; done < steps; done += AT_ONCE) {
        now += random.whole(100, 20_000);
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, steps - done) }, (_, door) => step(door)));
      }
    },
  };
};
