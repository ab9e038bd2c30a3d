import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { log } from '../../shared/runtime/log.ts';
import { transactionConflicts } from './conflicts.ts';
import { aSession, type Doors, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const DOORS = 64;
/** TURNOUT_SECONDS measures for longer. */
const SECONDS = Number(process.env['TURNOUT_SECONDS'] ?? 1);
/** Nobody waits longer at a door, ms. */
const LONGEST_ANSWER_MS = 2_000;
const START = Date.UTC(2023, 6, 5, 2);
const ROOM = aSession('main-forum', { admission: { capacity: 100_000, capacityMode: 'enforced' } });

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);

describe('64 doors at one room with enforced capacity, where transactions conflict as on AWS', () => {
  let engine: TestEngine;
  const clients: DynamoDBClient[] = [];
  beforeAll(async () => {
    log.setLogLevel('SILENT');
    engine = await startTestEngine();
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await engine.stop();
  });

  const open = async (event: string, processes: number, heldMs?: number) => {
    const conflicts = transactionConflicts(heldMs);
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    clients.push(client);
    conflicts.among(client);
    const doors = await openDoors(engine, { event, processes, client, sessions: [ROOM], clock: () => START });
    // As the programme does when capacity begins to be enforced.
    await doors.attendance.gates.follow({
      event,
      sessionId: 'main-forum',
      shards: 1,
      limit: 100_000,
      revision: 1,
    });
    return { doors, conflicts };
  };

  /** Lets the next person in. */
  const admitting = (doors: Doors, seed: number) => {
    const next = dice(seed);
    let people = 0;
    return async (door: number): Promise<{ outcome: string; tookMs: number }> => {
      const sentAt = performance.now();
      people += 1;
      const [result] = await doors.send(`d-${door}`, [
        {
          scanId: uuidOf(next),
          sessionId: 'main-forum',
          badge: doors.codeOf(`B-${people}`),
          direction: 'entry',
          scannedAt: new Date(START).toISOString(),
        },
      ]);
      return { outcome: result?.outcome ?? 'none', tookMs: performance.now() - sentAt };
    };
  };
  const atAllDoors = <T>(work: (door: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: DOORS }, (_, door) => work(door)));

  it.each([1, 4, 64])(
    'counts whom they let in, and whom they ask to try again is not inside: %i processes',
    {
      timeout: 60_000,
    },
    async (processes) => {
      const event = `load-${processes}`;
      const { doors, conflicts } = await open(event, processes);
      const admit = admitting(doors, processes);
      // Each process reads what it needs to know when it is asked for the first time.
      const first = await atAllDoors(admit);
      const raisedBefore = conflicts.raised();
      const started = performance.now();
      const answers = (
        await atAllDoors(async (door) => {
          const own: Awaited<ReturnType<typeof admit>>[] = [];
          while (performance.now() - started < SECONDS * 1000) own.push(await admit(door));
          return own;
        })
      ).flat();
      const seconds = (performance.now() - started) / 1000;
      const tookMs = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      const admitted = answers.filter(({ outcome }) => outcome === 'admitted').length;
      console.log(
        `${DOORS} doors, ${processes} processes: ${Math.round(admitted / seconds)} admissions/s; p50 ${quantile(tookMs, 0.5)} ms, ` +
          `p99 ${quantile(tookMs, 0.99)} ms, longest ${quantile(tookMs, 1)} ms; ` +
          `${conflicts.raised() - raisedBefore} conflicts, ${answers.length - admitted} asked to try again`,
      );
      const records = [...(await doors.records('main-forum')).values()];
      const inside = records.filter(({ scans }) => foldAttendance(scans).inside).length;
      expect(inside).toBe(admitted + first.filter(({ outcome }) => outcome === 'admitted').length);
      expect((await doors.attendance.gates.get(event, 'main-forum'))?.inside).toBe(inside);
      expect(new Set(answers.map(({ outcome }) => outcome))).toContain('admitted');
    },
  );

  it('answers everybody in time, even if nobody gets through the gate', async () => {
    const { doors } = await open('held-2023', 1, Number.POSITIVE_INFINITY);
    const admit = admitting(doors, 7);
    await admit(0);
    const answers = await atAllDoors(admit);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['retry']));
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(LONGEST_ANSWER_MS);
  });
});
