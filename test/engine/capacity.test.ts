import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { attendanceStream } from './attendance-stream.ts';
import { aSession, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const DOORS = 64;
const SCANS = 5000;
const CAPACITY = 500;
const START = Date.UTC(2023, 6, 5, 2);

describe('a room with enforced capacity', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(async () => engine.stop());

  it('never holds more people than it may, whatever 64 doors do at once (I5)', {
    timeout: 180_000,
  }, async () => {
    const event = 'full-2023';
    let now = START;
    const doors = await openDoors(engine, {
      event,
      sessions: [
        aSession('main-forum', { shards: 2, admission: { capacity: CAPACITY, capacityMode: 'enforced' } }),
      ],
      clock: () => now,
    });
    const next = dice(64);
    // Each door has people of its own, so that what it sends is fixed; the room is what they contend for.
    const perDoor = Math.ceil(SCANS / DOORS);
    const tally = new Map<string, number>();
    let sent = 0;
    const work = async (door: number) => {
      const inside: string[] = [];
      let people = 0;
      for (let index = 0; index < perDoor && sent < SCANS; index += 1) {
        sent += 1;
        now += 1;
        // Twice as many come as leave: the room fills and stays full.
        const leaver = next() < 0.33 ? inside.shift() : undefined;
        const badgeId = leaver ?? `B-${door}-${people++}`;
        const [result] = await doors.send(`d-${door}`, [
          {
            scanId: uuidOf(next),
            sessionId: 'main-forum',
            badge: doors.codeOf(badgeId),
            direction: leaver ? 'exit' : 'entry',
            scannedAt: new Date(now).toISOString(),
          },
        ]);
        const outcome = result?.outcome ?? 'invalid';
        if (outcome === 'admitted') inside.push(badgeId);
        const name = outcome === 'refused' ? `refused ${result?.reason}` : outcome;
        tally.set(name, (tally.get(name) ?? 0) + 1);
      }
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: DOORS }, (_, door) => work(door)));
    const seconds = (performance.now() - started) / 1000;

    // The gate's own history, from the stream of the table.
    const stream = attendanceStream(engine.endpoint);
    let highest = 0;
    let steps = 0;
    for (const { dynamodb } of await stream.read()) {
      const stored = dynamodb?.NewImage?.['inside']?.N;
      if (stored === undefined) continue;
      steps += 1;
      highest = Math.max(highest, Number(stored));
      expect(Number(stored)).toBeGreaterThanOrEqual(0);
    }
    stream.close();

    const [admitted = 0, left = 0, full = 0] = ['admitted', 'left', 'refused session_full'].map((name) =>
      tally.get(name),
    );
    const records = [...(await doors.records('main-forum', 2)).values()];
    const inside = records.filter(({ scans }) => foldAttendance(scans).inside).length;
    console.log(
      `enforced capacity ${CAPACITY}: ${DOORS} doors, ${sent} scans in ${seconds.toFixed(1)} s ` +
        `(${Math.round(sent / seconds)}/s): ${admitted} admitted, ${left} left, ${full} refused as full; ` +
        `highest inside ever stored ${highest} in ${steps} steps, inside at the end ${inside}`,
    );
    expect(sent).toBe(SCANS);
    expect(admitted + left + full).toBe(SCANS);
    expect(highest).toBe(CAPACITY);
    expect((await doors.attendance.gates.get(event, 'main-forum'))?.inside).toBe(inside);
    expect(inside).toBe(admitted - left);
  });
});
