import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { verifyGates } from '../../shared/store/verification.ts';
import { aSession, type Doors, dice, openDoors, uuidOf } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const SESSION = aSession('main-forum', {
  shards: 2,
  admission: { capacity: 60, capacityMode: 'enforced' },
});
const QUARTER_MS = 15 * 60_000;

describe('verification of gates', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(async () => engine.stop());

  const setUp = async (event: string) => {
    const doors = await openDoors(engine, { event, sessions: [SESSION] });
    const next = dice(event.length);
    const scan = (badge: number, direction = 'entry') => ({
      scanId: uuidOf(next),
      sessionId: SESSION.sessionId,
      badge: doors.codeOf(`B-${badge}`),
      direction,
      scannedAt: new Date(Date.parse(SESSION.startsAt) + badge).toISOString(),
    });
    await doors.send(
      'd-1',
      Array.from({ length: 40 }, (_, badge) => scan(badge)),
    );
    const change = (
      sk: string,
      shard: number | 'gate',
      expression: string,
      values?: Record<string, number>,
    ) =>
      engine.client.send(
        new UpdateItemCommand({
          TableName: 'Attendance',
          Key: { pk: { S: `${event}#${SESSION.sessionId}#${shard}` }, sk: { S: sk } },
          UpdateExpression: expression,
          ...(values && {
            ExpressionAttributeValues: Object.fromEntries(
              Object.entries(values).map(([name, value]) => [name, { N: String(value) }]),
            ),
          }),
        }),
      );
    // It was opened a while ago: every door knows of it.
    await change('GATE', 'gate', 'SET since = :at', { ':at': Date.now() - QUARTER_MS });
    const gatesOf = (repair: boolean) => verifyGates(doors, event, [SESSION], { repair });
    const both = async () => ({
      gate: (await doors.attendance.gates.get(event, SESSION.sessionId))?.inside,
      fold: await insideOf(doors),
    });
    return { doors, scan, change, gatesOf, both };
  };

  const insideOf = async (doors: Doors) =>
    [...(await doors.records(SESSION.sessionId, 2)).values()].filter(
      ({ scans }) => foldAttendance(scans).inside,
    ).length;

  it('a gate that says another number than the records is named, and mended while people come and go', async () => {
    const { doors, scan, change, gatesOf, both } = await setUp('spoiled-2023');
    expect((await gatesOf(false)).drift).toEqual([]);
    await change('GATE', 'gate', 'ADD inside :wrong', { ':wrong': 7 });
    const named = {
      what: 'gate',
      sessionId: SESSION.sessionId,
      shard: null,
      counted: { inside: 47 },
      stored: { inside: 40 },
    };
    expect((await gatesOf(false)).drift).toEqual([named]);

    let going = true;
    const traffic = (async () => {
      for (let badge = 0; going; badge += 1) {
        const [left] = await doors.send('d-2', [scan(badge % 40, 'exit'), scan(badge % 40)]);
        expect(left?.outcome).toBe('left');
      }
    })();
    await gatesOf(true);
    going = false;
    await traffic;
    expect(await both()).toEqual({ gate: 40, fold: 40 });
    expect((await gatesOf(false)).drift).toEqual([]);
  });

  it('a record that lost its place, or holds one without being inside, is named and mended', async () => {
    const { doors, change, gatesOf, both } = await setUp('places-2023');
    const shardOfB3 = [...(await doors.records(SESSION.sessionId, 1)).keys()].includes('B-3') ? 0 : 1;
    await change('B#B-3', shardOfB3, 'REMOVE ge');
    expect((await gatesOf(false)).drift).toHaveLength(1);
    expect(await gatesOf(true)).toMatchObject({ drift: [{ what: 'gate' }] });
    expect((await gatesOf(false)).drift).toEqual([]);
    expect(await both()).toEqual({ gate: 40, fold: 40 });
  });
});
