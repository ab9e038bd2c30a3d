import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { changeSession } from '../../functions/programme/merge.ts';
import { sessionEnd } from '../../functions/session-end/session-end.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { attendanceStream } from './attendance-stream.ts';
import { aSession, type Doors, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const MINUTE = 60_000;
const ENDS = Date.UTC(2023, 6, 5, 10);
const PLENTY = { until: Number.POSITIVE_INFINITY, checkOuts: 10_000 };

describe('after the end of a session', () => {
  let engine: TestEngine;
  let stream: ReturnType<typeof attendanceStream>;
  let now = ENDS - 60 * MINUTE;
  const clock = () => now;

  beforeAll(async () => {
    engine = await startTestEngine();
    stream = attendanceStream(engine.endpoint);
  });
  afterAll(async () => {
    stream.close();
    await engine.stop();
  });

  const setUp = async (event: string, sessions: ReturnType<typeof aSession>[]) => {
    now = ENDS - 60 * MINUTE;
    const doors = await openDoors(engine, { event, sessions, clock });
    const counting = count({ counts: doors.counts, park: async () => {}, publish: async () => {}, clock });
    const next = dice(event.length);
    const counted = async () => {
      await counting({ Records: await stream.read() });
    };
    const enter = (badgeId: string, sessionId: string, more: Record<string, unknown> = {}) => ({
      scanId: uuidOf(next),
      sessionId,
      badge: doors.codeOf(badgeId),
      scannedAt: new Date(now).toISOString(),
      ...more,
    });
    // The events of the other tests end at the same time: each sweep looks at its own.
    const sweep = sessionEnd({ ...doors, events: { ...doors.events, names: async () => [event] }, clock });
    return { doors, counted, enter, sweep };
  };

  const inside = async (doors: Doors, sessionId: string) =>
    [...(await doors.records(sessionId)).values()].filter(({ scans }) => foldAttendance(scans).inside).length;

  it('a record that cannot be read keeps nobody else inside', async () => {
    const { doors, counted, enter, sweep } = await setUp('malformed-2023', [aSession('forum-ai')]);
    await doors.send('d-1', [enter('B-1', 'forum-ai'), enter('B-2', 'forum-ai')]);
    await counted();
    const { client } = engine;
    await client.send(
      new PutItemCommand({
        TableName: 'Attendance',
        Item: {
          pk: { S: 'malformed-2023#forum-ai#0' },
          sk: { S: 'B#B-0' },
          's:AAAAAAAAAAAAAAAAAAAAAA': { S: 'not a scan' },
        },
      }),
    );
    now = ENDS + 30 * MINUTE;
    expect(await sweep(PLENTY)).toEqual({ checkedOut: 2, complete: true });
  });

  it('a gate that cannot be used, or an event that cannot be read, keeps nobody else inside', async () => {
    const enforced = { admission: { capacity: 100, capacityMode: 'enforced' as const } };
    const { doors, counted, enter } = await setUp('stuck-2023', [
      aSession('a-stuck', enforced),
      aSession('forum-ai'),
    ]);
    await doors.send('d-1', [enter('B-1', 'a-stuck'), enter('B-2', 'forum-ai'), enter('B-3', 'forum-ai')]);
    await counted();
    const stuck = async (): Promise<never> => {
      throw new Error('nothing can be written here');
    };
    const attendance = {
      ...doors.attendance,
      amend: (...[key, ...more]: Parameters<typeof doors.attendance.amend>) =>
        key.sessionId === 'a-stuck' || key.badgeId === 'B-2' ? stuck() : doors.attendance.amend(key, ...more),
    };
    const events = {
      names: async () => ['a-2023', 'stuck-2023'],
      get: (event: string) => (event === 'a-2023' ? stuck() : doors.events.get(event)),
    };
    now = ENDS + 30 * MINUTE;
    const sweep = sessionEnd({ ...doors, attendance, events, clock });
    await expect(sweep(PLENTY)).rejects.toThrow('3 sessions or badges were not settled');
    expect(await inside(doors, 'forum-ai')).toBe(1);
    expect(
      await sessionEnd({ ...doors, events: { ...events, names: async () => ['stuck-2023'] }, clock })(PLENTY),
    ).toEqual({
      checkedOut: 2,
      complete: true,
    });
  });

  it('rooms are shown empty: whoever did not scan out is checked out at the end, the gate with them', async () => {
    const { doors, counted, enter, sweep } = await setUp('end-2023', [
      aSession('forum-ai', { admission: { capacity: 100, capacityMode: 'enforced' } }),
      aSession('forum-lhasa', { graceMinutes: 120 }),
      aSession('evening', { endsAt: new Date(ENDS + 300 * MINUTE).toISOString() }),
    ]);
    const badges = Array.from({ length: 90 }, (_, index) => `B-${index}`);
    for (const sessionId of ['forum-ai', 'forum-lhasa', 'evening']) {
      await doors.send(
        'd-1',
        badges.map((badgeId) => enter(badgeId, sessionId)),
      );
    }
    now += MINUTE;
    await doors.send(
      'd-1',
      badges.slice(0, 30).map((badgeId) => enter(badgeId, 'forum-ai', { direction: 'exit' })),
    );
    await counted();

    now = ENDS + 29 * MINUTE;
    expect(await sweep(PLENTY)).toEqual({ checkedOut: 0, complete: true });
    now = ENDS + 30 * MINUTE;
    expect(await sweep(PLENTY)).toEqual({ checkedOut: 60, complete: true });
    expect(await inside(doors, 'forum-ai')).toBe(0);
    expect(await inside(doors, 'forum-lhasa')).toBe(90);
    expect(await inside(doors, 'evening')).toBe(90);
    expect((await doors.attendance.gates.get('end-2023', 'forum-ai'))?.inside).toBe(0);

    await counted();
    expect(await sweep(PLENTY)).toEqual({ checkedOut: 0, complete: true });
    const [counter] = await doors.counts.list('end-2023', 'forum-ai', true);
    expect(counter?.fields).toMatchObject({ inside: 0, attended: 90, entries: 90, exits: 90 });
    const scans = (await doors.records('forum-ai')).get('B-89')?.scans;
    expect(scans?.find(({ system }) => system)).toMatchObject({ scannedAt: ENDS, system: 'session ended' });
  });

  it('a run stops at its bounds and the next one goes on; two runs at once check nobody out twice', async () => {
    const { doors, counted, enter, sweep } = await setUp('bounds-2023', [aSession('forum-ai')]);
    for (let start = 0; start < 300; start += 100) {
      const badges = Array.from({ length: 100 }, (_, index) => `B-${start + index}`);
      await doors.send(
        'd-1',
        badges.map((badgeId) => enter(badgeId, 'forum-ai')),
      );
    }
    await counted();
    now = ENDS + 31 * MINUTE;
    expect(await sweep({ ...PLENTY, checkOuts: 100 })).toMatchObject({ complete: false });
    const left = await inside(doors, 'forum-ai');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(200);
    const both = await Promise.all([sweep(PLENTY), sweep(PLENTY)]);
    expect(both.reduce((sum, { checkedOut }) => sum + checkedOut, 0)).toBe(left);
    expect(await inside(doors, 'forum-ai')).toBe(0);
  });

  it('uploads that come after the sweep are right all the same: exits win, entries are swept next', async () => {
    const { doors, counted, enter, sweep } = await setUp('upload-2023', [aSession('forum-ai')]);
    await doors.send('d-1', [enter('B-1', 'forum-ai'), enter('B-2', 'forum-ai')]);
    await counted();
    now = ENDS + 31 * MINUTE;
    await sweep(PLENTY);
    const at = (minutes: number) => ({
      scannedAt: new Date(ENDS + minutes * MINUTE).toISOString(),
      admittedOffline: true,
    });
    const [left, late, entered] = await doors.send('d-2', [
      enter('B-1', 'forum-ai', { direction: 'exit', ...at(-20) }),
      enter('B-2', 'forum-ai', { direction: 'exit', ...at(10) }),
      enter('B-3', 'forum-ai', at(-40)),
    ]);
    expect(left).toMatchObject({ outcome: 'left', conflict: null });
    expect(late).toMatchObject({ outcome: 'left', conflict: null });
    expect(entered).toMatchObject({ outcome: 'admitted', attendance: { inside: true } });
    await counted();
    expect(await sweep(PLENTY)).toMatchObject({ checkedOut: 1 });
    const records = await doors.records('forum-ai');
    const visits = (badgeId: string) => foldAttendance(records.get(badgeId)?.scans ?? []).visits;
    expect(visits('B-1')).toEqual([{ from: ENDS - 60 * MINUTE, until: ENDS - 20 * MINUTE }]);
    expect(visits('B-2')).toEqual([{ from: ENDS - 60 * MINUTE, until: ENDS + 10 * MINUTE }]);
    expect(visits('B-3')).toEqual([{ from: ENDS - 40 * MINUTE, until: ENDS }]);
  });

  it('nobody is lost or kept when people scan while the sweep runs', async () => {
    const { doors, counted, enter, sweep } = await setUp('busy-2023', [
      aSession('forum-ai', { admission: { capacity: 100, capacityMode: 'enforced' } }),
    ]);
    const badges = Array.from({ length: 60 }, (_, index) => `B-${index}`);
    await doors.send(
      'd-1',
      badges.map((badgeId) => enter(badgeId, 'forum-ai')),
    );
    await counted();
    now = ENDS + 31 * MINUTE;
    await Promise.all([
      sweep(PLENTY),
      sweep(PLENTY),
      ...badges.map((badgeId, index) =>
        doors.send(`d-${index % 8}`, [
          enter(badgeId, 'forum-ai', { direction: index % 2 ? 'exit' : 'entry' }),
        ]),
      ),
    ]);
    expect((await doors.attendance.gates.get('busy-2023', 'forum-ai'))?.inside).toBe(
      await inside(doors, 'forum-ai'),
    );
    for (const { scans, changes } of (await doors.records('forum-ai')).values()) {
      expect(scans.filter(({ system }) => system).length).toBeLessThanOrEqual(1);
      expect(changes).toBe(scans.length);
    }
  });

  it('a session that goes on after all has its people back, at any gate, however often its end moves', async () => {
    const enforced = { capacity: 100, capacityMode: 'enforced' as const };
    const forum = aSession('forum-ai', { admission: enforced });
    const { doors, counted, enter, sweep } = await setUp('prolonged-2023', [forum]);
    const badges = Array.from({ length: 100 }, (_, index) => `B-${index}`);
    await doors.send(
      'd-1',
      badges.map((badgeId) => enter(badgeId, 'forum-ai')),
    );
    await counted();
    const goesOnUntil = async (minutes: number) => {
      const event = await doors.events.get('prolonged-2023');
      const session = event && (await doors.programmes.getSession(event, 'forum-ai'));
      if (!event || !session) throw new Error('no such session');
      const endsAt = new Date(ENDS + minutes * MINUTE).toISOString();
      expect(await doors.programmes.patch(event, changeSession(session, { endsAt }))).toBe('done');
    };
    const all = async () => {
      await counted();
      expect((await doors.attendance.gates.get('prolonged-2023', 'forum-ai'))?.inside).toBe(
        await inside(doors, 'forum-ai'),
      );
      const [counter] = await doors.counts.list('prolonged-2023', 'forum-ai', true);
      expect(counter?.fields['inside'] ?? 0).toBe(await inside(doors, 'forum-ai'));
      return inside(doors, 'forum-ai');
    };
    now = ENDS + 31 * MINUTE;
    await sweep(PLENTY);
    expect(await all()).toBe(0);

    // Meanwhile one has come back and one has left by the door: both know better than the sweep.
    await doors.send('d-1', [
      enter('B-1', 'forum-ai'),
      enter('B-2', 'forum-ai', { direction: 'exit', scannedAt: new Date(now).toISOString() }),
    ]);
    await goesOnUntil(60);
    now += MINUTE;
    // A run that dies in the middle is followed by another.
    expect(await sweep({ ...PLENTY, checkOuts: 1 })).toMatchObject({ complete: false });
    await sweep(PLENTY);
    expect(await all()).toBe(99);
    const fold = foldAttendance((await doors.records('forum-ai')).get('B-1')?.scans ?? []);
    expect(fold).toMatchObject({ inside: true, conflicts: [] });

    now = ENDS + 91 * MINUTE;
    await sweep(PLENTY);
    expect(await all()).toBe(0);
    await goesOnUntil(0);
    now += 5 * MINUTE;
    await sweep(PLENTY);
    expect(await all()).toBe(0);
    const scans = (await doors.records('forum-ai')).get('B-9')?.scans ?? [];
    expect(foldAttendance(scans).visits).toEqual([{ from: ENDS - 60 * MINUTE, until: ENDS }]);
    await goesOnUntil(120);
    now += MINUTE;
    await sweep(PLENTY);
    expect(await all()).toBe(99);
  });

  it('sessions of other weeks cost one look at the event', async () => {
    const { sweep, doors, enter, counted } = await setUp('old-2023', [aSession('forum-ai')]);
    await doors.send('d-1', [enter('B-1', 'forum-ai')]);
    await counted();
    now = ENDS + 30 * 24 * 60 * MINUTE;
    expect(await sweep(PLENTY)).toEqual({ checkedOut: 0, complete: true });
  });
});
