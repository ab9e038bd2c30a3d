import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { annul } from '../../functions/annul/annul.ts';
import type { SeededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { type ScanResult, scanResult } from '../../shared/contract/check-ins.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { defaultWords } from '../../shared/domain/event-words.ts';
import { type AttendanceRecord, reentryModes } from '../../shared/domain/scan.ts';
import { endChange } from '../../shared/domain/session-end.ts';
import { type CheckInDeps, checkIn } from '../../shared/door/check-in.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import type { DoorSession } from '../../shared/store/door-programme.ts';
import { transactionConflicts } from './conflicts.ts';
import { aSession, uuidOf } from './doors.ts';
import type { TestEngine } from './engine.ts';

const START = Date.UTC(2023, 6, 5, 2);
const HOUR = 3_600_000;
const SESSION = 'main-forum';
const BADGES = 12;
const PROCESSES = 3;

const answered = z.object({ results: z.array(scanResult) });

/** One process that runs check-in, with what it knows of the programme. */
interface Process {
  readonly attendance: ReturnType<typeof attendanceStore>;
  readonly deps: CheckInDeps;
  known: { session: StoredSession; revision: number };
  /** The next answer of the engine is lost on its way. */
  loses: boolean;
}

const device = (door: number): Principal => ({
  kind: 'device',
  deviceId: `d-${door}`,
  event: '',
  role: door === 0 ? 'supervisor' : 'scanner',
  sessions: null,
});

/**
 * People, doors with clocks an hour wrong, an organizer who changes the rules, processes that hear of it late, answers
 * that get lost: everything that a gate has to live through, drawn from one seed.
 */
export const gateWalk = (engine: TestEngine, event: string, random: SeededRandom) => {
  let now = START;
  let current = { session: aSession(SESSION, { shards: 2 }), revision: 1 };
  const skews = Array.from({ length: 5 }, () => random.whole(-HOUR, HOUR));
  const sent: { readonly scan: Readonly<Record<string, unknown>>; readonly badgeId: string }[] = [];
  /** Somebody may have been let in by a process that did not know of the gate. */
  let unaware = false;

  const conflicts = transactionConflicts();
  const startProcess = (): Process => {
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    conflicts.among(client);
    const attendance = attendanceStore(client, 'Attendance');
    const conference = async () => ({
      event: {
        event,
        title: { en: event },
        timeZone: 'Asia/Shanghai',
        languages: ['en'],
        ...defaultWords(),
        closedAt: null,
        onePlaceAtATime: false,
        publicKeys: [],
        programmeVersion: 1,
        programmeRevision: process.known.revision,
      },
      sessions: new Map([[SESSION, process.known.session]]),
      timeZoneOf: () => 'Asia/Shanghai',
      capacityOf: ({ admission }: DoorSession) => admission.capacity,
      earliestScanAt: null,
      isUnreadable: () => false,
      standings: new Map(),
      asOf: now,
    });
    const process: Process = {
      attendance,
      known: current,
      loses: false,
      deps: {
        attendance,
        conferences: {
          conference,
          reloaded: conference,
          badgesIn: () => async (badgeId) => ({
            kind: 'known',
            badgeId,
            category: 'delegate',
            country: null,
            name: null,
            revoked: false,
            superseded: false,
          }),
          occupancyOf: async () => 0,
        },
        deviceNameOf: async () => null,
        heardOf: () => {},
        badgeNames: async () => new Map(),
        clock: () => now,
      },
    };
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        if (process.loses) {
          process.loses = false;
          throw new Error('the answer was lost');
        }
        return answer;
      },
      { step: 'initialize', name: 'losing' },
    );
    return process;
  };
  const processes = Array.from({ length: PROCESSES }, startProcess);
  /** The organizers' function: it opens gates and stands at no door, so what it has seen of one says nothing of doors. */
  const programme = startProcess();
  const call = { query: undefined, text: '', headers: {}, requestId: 'walk', path: '/', params: { event } };

  const send = async (process: Process, door: number, scans: readonly object[]): Promise<ScanResult[]> => {
    if (!gateOf(process.known.session)) unaware ||= gateOf(current.session) !== undefined;
    const body = { scans: [...scans], sentAt: undefined };
    const answer = await checkIn(process.deps)({ ...call, body, principal: device(door) });
    return answered.parse(answer.body).results;
  };

  const aScan = (door: number, more: Readonly<Record<string, unknown>> = {}) => {
    const badgeId = `B-${random.whole(1, BADGES)}`;
    const scan = {
      scanId: uuidOf(random.next),
      sessionId: SESSION,
      badge: badgeId,
      direction: random.chance(0.6) ? 'entry' : 'exit',
      scannedAt: new Date(now + (skews[door] ?? 0)).toISOString(),
      ...more,
    };
    sent.push({ scan, badgeId });
    return { scan, badgeId };
  };

  const records = async () => {
    const [process] = processes;
    const found = [];
    for (const shard of [0, 1]) {
      for await (const record of process?.attendance.records(event, SESSION, shard) ?? []) {
        found.push({ shard, record });
      }
    }
    return found;
  };
  const isInside = async (badgeId: string) =>
    (await records()).some(({ record }) => record.badgeId === badgeId && foldAttendance(record.scans).inside);
  const insideInFold = async () =>
    (await records()).filter(({ record }) => foldAttendance(record.scans).inside).length;
  const gate = () => processes[0]?.attendance.gates.get(event, SESSION);

  /** A live scan at one door: the fold after the answer says what the answer said. */
  const live = async (process: Process, door: number, more: Readonly<Record<string, unknown>> = {}) => {
    const { scan, badgeId } = aScan(door, more);
    const wasInside = await isInside(badgeId);
    process.loses = random.chance(0.08);
    let [result] = await send(process, door, [scan]);
    process.loses = false;
    for (let tries = 0; result?.outcome === 'retry'; tries += 1) {
      if (tries > 5) throw new Error('it is never recorded');
      [result] = await send(process, door, [scan]);
    }
    const is = await isInside(badgeId);
    const says = { admitted: true, left: false, refused: wasInside }[String(result?.outcome)];
    const wrong = says === is ? [] : [`${badgeId}: answered ${result?.outcome}, the fold says inside ${is}`];
    const stored = await gate();
    const mayNotEnter = result?.outcome === 'admitted' && result.conflict === null && !wasInside;
    if (mayNotEnter && gateOf(process.known.session) && stored && stored.limit !== null && !unaware) {
      const inside = await insideInFold();
      if (inside > stored.limit) wrong.push(`${inside} inside with a limit of ${stored.limit}`);
    }
    if (gateOf(process.known.session) && !unaware && stored && stored.limit !== null) {
      const inside = await insideInFold();
      if (stored.counted && stored.inside !== inside) wrong.push(`gate ${stored.inside}, fold ${inside}`);
    }
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  };

  const organize = async () => {
    const { admission } = current.session;
    const changed = {
      ...admission,
      ...(random.chance(0.5) && { capacityMode: random.pick(['enforced', 'enforced', 'advisory'] as const) }),
      ...(random.chance(0.5) && { capacity: random.whole(1, 8) }),
      ...(random.chance(0.4) && { reentry: random.pick(reentryModes) }),
    };
    current = { session: { ...current.session, admission: changed }, revision: current.revision + 1 };
    const limit = gateOf(current.session)?.limit ?? null;
    const { revision } = current;
    await programme.attendance.gates.follow({ event, sessionId: SESSION, shards: 2, limit, revision });
    for (const process of processes) if (random.chance(0.5)) process.known = current;
  };

  /** Each time at another end: what a former one did is taken back. */
  const sessionEnds = async ({ attendance, known }: Process) => {
    const end = { sessionId: SESSION, endsAt: now, graceMs: 0 };
    for (const { shard, record: read } of await records()) {
      const key = { event, sessionId: SESSION, shard, badgeId: read.badgeId };
      let record: AttendanceRecord | undefined = read;
      while (record && random.chance(0.7)) {
        const scan = endChange(record, end, now + 2 * HOUR);
        if (!scan) break;
        ({ record } = await attendance.amend(key, record, scan, record, gateOf(known.session)));
      }
    }
  };

  const takeBack = async (process: Process) => {
    const all = (await records()).flatMap(({ record }) =>
      record.scans.map(({ scanId }) => ({ scanId, badgeId: record.badgeId })),
    );
    if (all.length === 0) return;
    const body = { ...random.pick(all), sessionId: SESSION, reason: 'wrong person' };
    if (!gateOf(process.known.session)) unaware ||= gateOf(current.session) !== undefined;
    await annul({ ...process.deps, session: async () => process.known.session })({
      ...call,
      body,
      principal: device(0),
    });
  };

  /** Every process hears of the newest rules and scans once: then the gate must be exact again. */
  const settle = async () => {
    for (const process of processes) process.known = current;
    for (const process of processes) await send(process, 1, [aScan(1, { direction: 'exit' }).scan]);
    unaware = false;
    const stored = await gate();
    const inside = await insideInFold();
    if (stored && stored.limit !== null && stored.inside !== inside) {
      throw new Error(`settled: gate ${stored.inside}, fold ${inside}`);
    }
  };

  const step = async () => {
    now += random.whole(10, 90_000);
    const process = random.pick(processes);
    const door = random.whole(0, skews.length - 1);
    switch (random.weighted([50, 8, 5, 6, 5, 6, 3, 6, 5])) {
      case 0:
        return live(process, door);
      case 1: {
        const late = new Date(now - random.whole(0, 3 * HOUR)).toISOString();
        return void (await send(process, door, [
          aScan(door, { admittedOffline: true, scannedAt: late }).scan,
        ]));
      }
      case 2:
        return live(process, 0, { override: { reason: 'escorted' }, direction: 'entry' });
      case 3:
        return organize();
      case 4:
        return takeBack(process);
      case 5:
        return sent.length > 0 ? void (await send(process, door, [random.pick(sent).scan])) : undefined;
      case 6:
        return sessionEnds(process);
      case 7:
        return void (await Promise.all(
          processes.map((each, index) =>
            send(each, index + 1, [aScan(index + 1).scan, aScan(index + 1).scan]),
          ),
        ));
      default:
        return settle();
    }
  };

  return {
    run: async (steps: number) => {
      for (let done = 0; done < steps; done += 1) await step();
      await settle();
    },
    sent,
  };
};
