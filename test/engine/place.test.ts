import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { place } from '../../functions/place/place.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { scanIdOfName } from '../../shared/domain/derived-scan-id.ts';
import { difference, sum, tally } from '../../shared/domain/tally.ts';
import { attendanceRecords } from '../../shared/store/attendance/batch.ts';
import { badgeScans } from '../../shared/store/badges/badge-scans.ts';
import { placeIndex } from '../../shared/store/place-index.ts';
import { attendanceStream } from './attendance-stream.ts';
import { aSession, type Doors, dice, openDoors, shuffled, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const START = Date.UTC(2023, 6, 5, 2);
const MINUTE = 60_000;

describe('one place at a time', () => {
  let engine: TestEngine;
  let stream: ReturnType<typeof attendanceStream>;

  beforeAll(async () => {
    engine = await startTestEngine();
    stream = attendanceStream(engine.endpoint);
  });
  afterAll(async () => {
    stream.close();
    await engine.stop();
  });

  const reader = (doors: Doors, sessions: readonly ReturnType<typeof aSession>[]) =>
    place({
      rule: async () => ({
        onePlaceAtATime: true,
        sessions: new Map(sessions.map((session) => [session.sessionId, session])),
      }),
      attendance: doors.attendance,
      records: attendanceRecords(engine.client, 'Attendance'),
      places: placeIndex(engine.documents, 'Registry'),
    });

  const deliver = async (handle: ReturnType<typeof place>, batch: readonly DynamoDBRecord[]) => {
    const { batchItemFailures } = await handle({ Records: [...batch] });
    expect(batchItemFailures).toEqual([]);
  };

  it('nobody is in two rooms after 200 badges walked through 10 rooms, however the stream was delivered', {
    timeout: 120_000,
  }, async () => {
    const rooms = Array.from({ length: 10 }, (_, index) =>
      aSession(`room-${index}`, {
        shards: index % 3 === 0 ? 2 : 1,
        ...(index === 4 && { admission: { capacity: 200, capacityMode: 'enforced' } }),
      }),
    );
    const sessions = [...rooms, aSession('entrance-cncc', { kind: 'entrance' })];
    const event = 'walk-2023';
    const doors = await openDoors(engine, { event, sessions, onePlaceAtATime: true });
    const handle = reader(doors, sessions);
    const counting = count({
      counts: doors.counts,
      park: async () => {},
      publish: async () => {},
      clock: Date.now,
    });
    const next = dice(2023);
    const badges = Array.from({ length: 200 }, (_, index) => `B-${String(index).padStart(3, '0')}`);

    // Everyone comes in by the entrance and enters up to seven rooms, rarely scanning out.
    interface Step {
      readonly scan: Record<string, unknown>;
      readonly device: string;
      readonly offline: boolean;
    }
    const walk: Step[] = [];
    const step = (badgeId: string, sessionId: string, direction: string, at: number, offline: boolean) => {
      const device = `d-${Math.floor(next() * 12)}`;
      const scan = {
        scanId: uuidOf(next),
        sessionId,
        badge: doors.codeOf(badgeId),
        direction,
        scannedAt: new Date(at).toISOString(),
        admittedOffline: offline,
      };
      walk.push({ scan, device, offline });
    };
    for (const badgeId of badges) {
      let at = START + Math.floor(next() * 30) * MINUTE;
      step(badgeId, 'entrance-cncc', 'entry', at, false);
      const visits = 2 + Math.floor(next() * 6);
      for (let visit = 0; visit < visits; visit += 1) {
        // Some badges are read at two doors in the same millisecond.
        at += next() < 0.05 ? 0 : Math.floor(1 + next() * 40) * MINUTE;
        const room = `room-${Math.floor(next() * 10)}`;
        const offline = next() < 0.3;
        step(badgeId, room, 'entry', at, offline);
        if (next() < 0.3) step(badgeId, room, 'exit', at + Math.floor(next() * 60) * MINUTE, offline);
      }
    }

    // Live scans arrive in their order; the queues of offline devices at any time, late and in any order.
    const live = walk
      .filter(({ offline }) => !offline)
      .sort((a, b) => String(a.scan['scannedAt']).localeCompare(String(b.scan['scannedAt'])));
    const late = shuffled(
      walk.filter(({ offline }) => offline),
      next,
    );
    const arrivals = [...live];
    for (const each of late) arrivals.splice(Math.floor(next() * (arrivals.length + 1)), 0, each);

    const backlog: DynamoDBRecord[] = [];
    const counted: DynamoDBRecord[] = [];
    let redelivered = 0;
    const fetch = async (): Promise<number> => {
      const fresh = await stream.read();
      backlog.push(...fresh);
      counted.push(...fresh);
      return fresh.length;
    };
    const drain = async (share: number) => {
      await fetch();
      const taken = backlog.splice(0, Math.ceil(backlog.length * share));
      while (taken.length > 0) {
        const batch = taken.splice(0, 1 + Math.floor(next() * 60));
        // At least once: as it is, twice in a row, twice at once, or in two parts after it was whole.
        const kind = next();
        if (kind < 0.5) await deliver(handle, batch);
        else if (kind < 0.65) {
          await deliver(handle, batch);
          await deliver(handle, batch);
        } else if (kind < 0.8) await Promise.all([deliver(handle, batch), deliver(handle, batch)]);
        else {
          const middle = Math.floor(batch.length / 2);
          await deliver(handle, batch);
          await deliver(handle, batch.slice(0, middle));
          await deliver(handle, batch.slice(middle));
        }
        if (kind >= 0.5) redelivered += batch.length;
      }
    };
    const started = performance.now();
    for (let sent = 0; sent < arrivals.length; sent += 40) {
      const chunk = arrivals.slice(sent, sent + 40);
      const devices = Map.groupBy(chunk, ({ device }) => device);
      const scanning = Promise.all(
        [...devices].map(([device, steps]) =>
          doors.send(
            device,
            steps.map(({ scan }) => scan),
          ),
        ),
      );
      // The reader lags behind and works while people go on walking.
      if (next() < 0.5) await Promise.all([scanning, drain(next())]);
      else await scanning;
    }
    do await drain(1);
    while ((await fetch()) > 0);
    const seconds = (performance.now() - started) / 1000;

    const byBadge = new Map<string, { sessionId: string; inside: boolean }[]>();
    const entries: { sessionId: string; scanId: string }[] = [];
    const autoExits: { sessionId: string; scanId: string; why: string }[] = [];
    for (const { sessionId, shards } of rooms) {
      for (const [badgeId, record] of await doors.records(sessionId, shards)) {
        const { inside, counted: scans } = foldAttendance(record.scans);
        byBadge.set(badgeId, [...(byBadge.get(badgeId) ?? []), { sessionId, inside }]);
        for (const scan of scans) {
          const { scanId, system: why } = scan;
          if (scan.direction === 'entry') entries.push({ sessionId, scanId });
          if (why) autoExits.push({ sessionId, scanId, why });
        }
      }
    }
    const inTwo = [...byBadge].filter(([, found]) => found.filter(({ inside }) => inside).length > 1);
    expect(inTwo).toEqual([]);
    expect(autoExits.length).toBeGreaterThan(200);
    // An exit's id follows from the entry that caused it and the room that it closes.
    const explained = new Set(
      entries.flatMap((entry) =>
        rooms.map(
          ({ sessionId: left }) =>
            `${scanIdOfName(`${entry.scanId} ${entry.sessionId} ${left}`)} entered ${entry.sessionId}`,
        ),
      ),
    );
    const unexplained = autoExits.filter(({ scanId, why }) => !explained.has(`${scanId} ${why}`));
    expect(unexplained).toEqual([]);
    const inRooms = [...byBadge.values()].flat().filter(({ inside }) => inside).length;

    // The entrance is no place: who has entered a room is still at the venue.
    const entrance = await doors.records('entrance-cncc');
    expect([...entrance.values()].filter(({ scans }) => foldAttendance(scans).inside)).toHaveLength(200);

    // The gate of the enforced room moved along, and counts equal the records (I4).
    const enforced = [...(await doors.records('room-4')).values()];
    expect((await doors.attendance.gates.get(event, 'room-4'))?.inside).toBe(
      enforced.filter(({ scans }) => foldAttendance(scans).inside).length,
    );
    for (let start = 0; start < counted.length; start += 100) {
      await counting({ Records: counted.slice(start, start + 100) });
    }
    for (const { sessionId, shards } of sessions) {
      const stored = sum([...(await doors.records(sessionId, shards)).values()].map(tally));
      const counters = await doors.counts.list(event, sessionId, true);
      expect(difference(sum(counters.map(({ fields }) => fields)), stored)).toEqual({});
    }
    console.log(
      `one place at a time: ${arrivals.length} scans of 200 badges in 10 rooms, ${counted.length} stream records, ` +
        `${redelivered} delivered again, ${autoExits.length} auto-exits, all explained, ${inRooms} in a room at the end, ` +
        `0 in two; ${seconds.toFixed(1)} s`,
    );
  });

  it('an entry that is uploaded late is closed by entries that came after it, wherever they were processed', async () => {
    const sessions = [aSession('forum-ai'), aSession('forum-lhasa')];
    const event = 'late-2023';
    const doors = await openDoors(engine, { event, sessions, onePlaceAtATime: true });
    const handle = reader(doors, sessions);
    const next = dice(7);
    const scan = (sessionId: string, at: number) => ({
      scanId: uuidOf(next),
      sessionId,
      badge: doors.codeOf('B-1'),
      scannedAt: new Date(at).toISOString(),
      admittedOffline: true,
    });
    await doors.send('d-1', [scan('forum-lhasa', START + MINUTE)]);
    await deliver(handle, await stream.read());
    await doors.send('d-2', [scan('forum-ai', START)]);
    await deliver(handle, await stream.read());
    const record = (await doors.records('forum-ai')).get('B-1');
    expect(foldAttendance(record?.scans ?? [])).toMatchObject({
      inside: false,
      visits: [{ from: START, until: START + MINUTE }],
    });
    const story = await badgeScans(engine.client, 'Attendance')(event, 'B-1', sessions);
    const rows = story.map(({ sessionId, outcome, system }) => `${sessionId} ${outcome} ${system}`);
    expect(rows[0]).toBe('forum-ai admitted null');
    expect(rows.slice(1).sort()).toEqual(['forum-ai left entered forum-lhasa', 'forum-lhasa admitted null']);
  });

  it('an annulled entry gives the place back that it had closed', async () => {
    const sessions = [aSession('forum-ai'), aSession('forum-lhasa')];
    const event = 'annul-2023';
    const doors = await openDoors(engine, { event, sessions, onePlaceAtATime: true });
    const handle = reader(doors, sessions);
    const next = dice(8);
    const wrong = uuidOf(next);
    const scan = (scanId: string, sessionId: string, at: number) => ({
      scanId,
      sessionId,
      badge: doors.codeOf('B-1'),
      scannedAt: new Date(at).toISOString(),
    });
    await doors.send('d-1', [scan(uuidOf(next), 'forum-ai', START)]);
    await doors.send('d-1', [scan(wrong, 'forum-lhasa', START + MINUTE)]);
    await deliver(handle, await stream.read());
    const inside = async () =>
      foldAttendance((await doors.records('forum-ai')).get('B-1')?.scans ?? []).inside;
    expect(await inside()).toBe(false);
    await doors.annul(wrong, 'forum-lhasa', 'B-1');
    await deliver(handle, await stream.read());
    expect(await inside()).toBe(true);
  });

  it('events that do not ask for it are left alone', async () => {
    const sessions = [aSession('forum-ai'), aSession('forum-lhasa')];
    const event = 'free-2023';
    const doors = await openDoors(engine, { event, sessions });
    const handle = place({
      rule: async () => ({ onePlaceAtATime: false, sessions: new Map() }),
      attendance: doors.attendance,
      records: attendanceRecords(engine.client, 'Attendance'),
      places: placeIndex(engine.documents, 'Registry'),
    });
    const next = dice(9);
    for (const sessionId of ['forum-ai', 'forum-lhasa']) {
      const scannedAt = new Date(START).toISOString();
      await doors.send('d-1', [{ scanId: uuidOf(next), sessionId, badge: doors.codeOf('B-1'), scannedAt }]);
    }
    await deliver(handle, await stream.read());
    const record = (await doors.records('forum-ai')).get('B-1');
    expect(foldAttendance(record?.scans ?? []).inside).toBe(true);
  });
});
