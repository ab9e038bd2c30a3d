import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type SeededRandom, seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { type ScanResult, scanResult } from '../../shared/contract/check-ins.ts';
import { freshSeed } from '../fault/support/seed.ts';
import { type OwnDevice, type OwnEvent, ownEvent } from '../support/own-event.ts';
import { ask, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const MINUTE = 60_000;
const STEPS = 200;
const AT_ONCE = 5;
const BADGES = 9;
const DRAINED_WITHIN_MS = 60_000;

const FULL = { capacity: 3, capacityMode: 'enforced' } as const;
const SESSIONS = [
  { sessionId: 'entrance', kind: 'entrance' },
  { sessionId: 'hall', admission: { capacity: 500 } },
  { sessionId: 'small-room', admission: FULL },
  { sessionId: 'expo', admission: { ...FULL, reentry: 'always' } },
  { sessionId: 'closed-circle', admission: { reentry: 'never' } },
];

const answered = z.object({ results: z.array(scanResult) });
const counted = z.object({
  sessions: z.array(
    z.object({ sessionId: z.string(), inside: z.number(), entries: z.number(), exits: z.number() }),
  ),
});
const attendees = z.object({
  items: z.array(
    z.object({ badgeId: z.string(), inside: z.boolean(), entries: z.number(), exits: z.number() }),
  ),
});
const story = z.object({ scans: z.array(z.object({ scanId: z.string(), outcome: z.string() })) });
const verified = z.object({ drift: z.array(z.unknown()), pending: z.number() });

interface Sent {
  readonly scan: { readonly scanId: string; readonly sessionId: string; readonly admittedOffline: boolean };
  readonly number: number;
  readonly first: ScanResult;
}

let system: TestTurnout;
let own: OwnEvent;
let doors: (OwnDevice & { readonly clockMs: number })[];
let codes: string[];

beforeAll(async () => {
  system = await startTestTurnout({ empty: true });
  own = await ownEvent(system, 'any-day-2023', SESSIONS, { onePlaceAtATime: true });
  const supervisor = await own.pair('Supervisor', 'supervisor');
  const scanners = [await own.pair('Door 1'), await own.pair('Door 2'), await own.pair('Door 3')];
  // Clocks of phones: right, slow, fast, and one that nobody has set.
  const clocks = [0, -20 * MINUTE, 90_000, 7 * MINUTE];
  doors = [supervisor, ...scanners].map((device, index) => ({ ...device, clockMs: clocks[index] ?? 0 }));
  codes = await own.issue(
    Array.from({ length: BADGES }, (_, n) => ({ badgeId: `B-${n}`, category: 'delegate', country: 'CN' })),
  );
});
afterAll(() => system?.stop());

/** What people and organizers do in a day, in an order that nobody planned. */
const startDay = (random: SeededRandom) => {
  const sent = new Map<string, Sent>();
  const failures: string[] = [];

  const send = async (door: number, scans: readonly { scan: Sent['scan']; number: number }[]) => {
    const device = doors[door];
    if (!device) throw new Error('there is no such door');
    const body = {
      sentAt: new Date(Date.now() + device.clockMs).toISOString(),
      scans: scans.map(({ scan }) => scan),
    };
    const path = `/events/${own.event}/check-ins`;
    const answer = await ask(system.credentials, 'POST', path, { token: device.token, body });
    if (answer.status !== 200) return void failures.push(`${answer.status} ${answer.text}`);
    for (const [index, result] of answer.json(answered).results.entries()) {
      const each = scans[index];
      if (!each || result.scanId !== each.scan.scanId) return void failures.push('not in order');
      if (result.outcome === 'retry' || result.outcome === 'invalid') {
        failures.push(`${result.outcome}: ${result.detail}`);
        continue;
      }
      judge(each, result);
    }
  };

  const judge = ({ scan, number }: { scan: Sent['scan']; number: number }, result: ScanResult): void => {
    const known = sent.get(scan.scanId);
    const wasLetIn = known?.first.outcome === 'refused' && scan.admittedOffline;
    if (known && !wasLetIn) {
      const said = ({ outcome, reason, conflict }: ScanResult) => JSON.stringify([outcome, reason, conflict]);
      if (!result.replayed || said(known.first) !== said(result))
        failures.push(`${scan.scanId}: first ${said(known.first)}, then ${said(result)}`);
      return;
    }
    sent.set(scan.scanId, { scan, number, first: result });
  };

  const aScan = (door: number, more: object = {}, lateMs = 0) => {
    // One badge is read over and over.
    const number = random.chance(0.4) ? 0 : random.whole(0, BADGES - 1);
    const scan = {
      scanId: crypto.randomUUID(),
      sessionId: random.pick(SESSIONS).sessionId,
      badge: codes[number],
      direction: random.pick(['entry', 'entry', 'exit']),
      scannedAt: new Date(Date.now() + (doors[door]?.clockMs ?? 0) - lateMs).toISOString(),
      admittedOffline: false,
      ...more,
    };
    return { scan, number };
  };

  const patch = async (sessionId: string, change: object): Promise<void> => {
    const path = `/events/${own.event}/sessions/${sessionId}`;
    const token = await system.turnout.host.issueToken({ sub: 'o', roles: ['organizer'], events: ['*'] });
    const { headers } = await ask(system.credentials, 'GET', path, { token });
    const { status, text } = await ask(system.credentials, 'PATCH', path, {
      token,
      body: change,
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    // Somebody else was quicker.
    if (status >= 300 && status !== 412) failures.push(`PATCH answered ${status}: ${text}`);
  };

  const organize = async (): Promise<void> => {
    const sessionId = random.pick(['small-room', 'expo']);
    switch (random.whole(0, 5)) {
      case 0:
        return patch(sessionId, { admission: { capacityMode: random.pick(['advisory', 'enforced']) } });
      case 1:
        return patch(sessionId, { admission: { capacity: random.whole(1, 6) } });
      case 2:
        return patch('hall', { admission: { reentry: random.pick(['after-exit', 'never', 'always']) } });
      case 3:
        return patch('hall', { cancelled: random.chance(0.3) });
      case 4: {
        // Over for those who are late, and going on after all.
        const hours = random.pick([-0.6, 3]);
        return patch('closed-circle', { endsAt: new Date(Date.now() + hours * 60 * MINUTE).toISOString() });
      }
      default:
        return void (await own.organizer('POST', `/badges/B-8/${random.pick(['revoke', 'unrevoke'])}`, {
          reason: 'lost',
        }));
    }
  };

  const annul = async (): Promise<void> => {
    const picked = random.pick([...sent.values()]);
    if (picked.first.outcome === 'refused') return;
    const { scanId, sessionId } = picked.scan;
    const body = { scanId, sessionId, badgeId: `B-${picked.number}`, reason: 'wrong person' };
    const path = `/events/${own.event}/check-ins/annul`;
    const answer = await ask(system.credentials, 'POST', path, { token: doors[0]?.token ?? '', body });
    if (answer.status !== 200) failures.push(`annul answered ${answer.status}: ${answer.text}`);
  };

  const step = async (door: number): Promise<void> => {
    const again = [...sent.values()].slice(-80);
    switch (random.weighted([40, 18, 12, 6, 8, 8, 8])) {
      case 0:
        return send(door, [aScan(door)]);
      case 1:
        return send(
          door,
          Array.from({ length: random.whole(2, 7) }, () => aScan(door)),
        );
      case 2: {
        const lateMs = random.whole(0, 50) * MINUTE;
        return send(door, [aScan(door, { admittedOffline: true }, lateMs), aScan(door)]);
      }
      case 3:
        return send(0, [aScan(0, { override: { reason: 'escorted' } })]);
      case 4:
        return again.length === 0 ? undefined : send(door, [random.pick(again)]);
      case 5:
        return again.length === 0 ? undefined : annul();
      default:
        return organize();
    }
  };

  return {
    sent,
    failures,
    run: async (steps: number): Promise<void> => {
      for (let done = 0; done < steps; done += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => step(index % doors.length)));
    },
  };
};

const verify = async () => (await own.organizer('POST', '/attendance/verify')).json(verified);

/** Waits until streams, counts and places have caught up. */
const drained = async (): Promise<z.infer<typeof verified>> => {
  const until = Date.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const answer = await verify();
    const places = await insideOf();
    const settled = [...places.values()].every((sessions) => sessions.length <= 1);
    if ((answer.pending === 0 && answer.drift.length === 0 && settled) || Date.now() > until) return answer;
    await sleep(300);
  }
};

const attendeesOf = async (sessionId: string) =>
  (await own.organizer('GET', `/sessions/${sessionId}/attendees?limit=1000`)).json(attendees).items;

/** Sessions other than the entrance in which each badge is. */
const insideOf = async (): Promise<Map<string, string[]>> => {
  const places = new Map<string, string[]>();
  for (const { sessionId } of SESSIONS.slice(1)) {
    for (const { badgeId, inside } of await attendeesOf(sessionId))
      if (inside) places.set(badgeId, [...(places.get(badgeId) ?? []), sessionId]);
  }
  return places;
};

it('a day that nobody planned ends with counts, gates, places and stories that agree with every answer', async () => {
  const seed = freshSeed();
  const day = startDay(seededRandom(seed));
  await day.run(STEPS);
  console.log(`seed ${seed}: ${day.sent.size} scans`);
  expect(day.failures).toEqual([]);
  expect(await drained()).toEqual({ drift: [], pending: 0 });
  expect([...(await insideOf()).values()].filter((sessions) => sessions.length > 1)).toEqual([]);

  const { sessions } = (await own.organizer('GET', '/attendance')).json(counted);
  for (const { sessionId, inside, entries, exits } of sessions) {
    const people = await attendeesOf(sessionId);
    expect({ sessionId, inside, entries, exits }).toEqual({
      sessionId,
      inside: people.filter((person) => person.inside).length,
      entries: people.reduce((total, person) => total + person.entries, 0),
      exits: people.reduce((total, person) => total + person.exits, 0),
    });
  }

  const told = new Map<string, string>();
  for (let number = 0; number < BADGES; number += 1) {
    const { scans } = (await own.organizer('GET', `/badges/B-${number}`)).json(story);
    for (const { scanId, outcome } of scans) told.set(scanId, outcome);
  }
  const lost = [...day.sent.values()].filter(({ first }) => told.get(first.scanId ?? '') !== first.outcome);
  expect(lost.map(({ first }) => first)).toEqual([]);
}, 180_000);
