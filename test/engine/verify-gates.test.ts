import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { recordKeyOf } from '../../shared/store/attendance/keys.ts';
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
    /** Makes it one that was opened so long ago. */
    const openedBefore = (ms: number) =>
      change('GATE', 'gate', 'SET since = :at', { ':at': Date.now() - ms });
    const gatesOf = (repair: boolean) => verifyGates(doors, event, [SESSION], { repair });
    const both = async () => ({
      gate: (await doors.attendance.gates.get(event, SESSION.sessionId))?.inside,
      fold: await insideOf(doors),
    });
    const spoil = (attribute: string) =>
      engine.client.send(
        new UpdateItemCommand({
          TableName: 'Attendance',
          Key: { pk: { S: `${event}#${SESSION.sessionId}#gate` }, sk: { S: 'GATE' } },
          UpdateExpression: `SET ${attribute} = :what`,
          ExpressionAttributeValues: { ':what': { S: 'x' } },
          ...(attribute.startsWith('#') && { ExpressionAttributeNames: { [attribute]: attribute.slice(1) } }),
        }),
      );
    /** Lets somebody in as a door does that has not heard of the gate. */
    const letInBeside = (badge: number) =>
      doors.attendance.append(
        recordKeyOf(event, SESSION, `B-${badge}`),
        {
          scanId: uuidOf(next),
          direction: 'entry',
          scannedAt: Date.parse(SESSION.startsAt) + badge,
          deviceId: 'd-9',
          refused: null,
          conflict: null,
        },
        { category: 'delegate', country: null },
        'outside',
      );
    return { doors, scan, change, gatesOf, both, letInBeside, openedBefore, spoil };
  };

  const insideOf = async (doors: Doors) =>
    [...(await doors.records(SESSION.sessionId, 2)).values()].filter(
      ({ scans }) => foldAttendance(scans).inside,
    ).length;

  /** Every door knows of the gate, and all are counted who were let in before. */
  const setUpSettled = async (event: string) => {
    const found = await setUp(event);
    await found.openedBefore(QUARTER_MS);
    await found.gatesOf(false);
    return found;
  };

  it.each([
    ['most doors know', 60_000],
    ['all doors know', QUARTER_MS],
  ])('a room is not filled beyond its capacity by doors that heard of it late, once %s', async (_, ms) => {
    const { doors, scan, both, letInBeside, openedBefore } = await setUp(`late-${ms}`);
    for (let badge = 40; badge < 55; badge += 1) await letInBeside(badge);
    expect(await both()).toEqual({ gate: 40, fold: 55 });
    await openedBefore(ms);
    const more = Array.from({ length: 12 }, (_none, index) => scan(60 + index));
    const outcomes = (await doors.send('d-1', more)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(5);
    expect(await both()).toEqual({ gate: 60, fold: 60 });
  });

  it('whom a door let in that heard of the gate late is no drift, also where nobody scans any more', async () => {
    const { gatesOf, both, letInBeside, openedBefore } = await setUp('beside-2023');
    for (let badge = 40; badge < 45; badge += 1) await letInBeside(badge);
    await openedBefore(QUARTER_MS);
    expect(await gatesOf(false)).toMatchObject({ drift: [], pending: 0 });
    expect(await both()).toEqual({ gate: 45, fold: 45 });
  });

  it.each([
    ['verify mends it', true],
    ['a door mends it', false],
  ])(
    'a gate of which nothing can be read lets nobody wait, and enforces again once %s',
    async (_, verified) => {
      for (const name of ['epoch', 'inside', 'revision', '#limit', 'n', 'since', 'opened']) {
        const event = `broken-${name.replace('#', '')}-${verified}`;
        const { doors, scan, gatesOf, both, spoil } = await setUp(event);
        await spoil(name);
        const named = { what: 'gate', sessionId: SESSION.sessionId, stored: { inside: 40 } };
        if (verified) {
          expect((await gatesOf(false)).drift).toMatchObject([named]);
          expect(await gatesOf(true)).toMatchObject({ drift: [named], repaired: 1 });
          expect(await gatesOf(false)).toMatchObject({ drift: [], pending: 0 });
        }
        const more = Array.from({ length: 23 }, (_none, index) => scan(60 + index));
        const outcomes = (await doors.send('d-1', more)).map(({ outcome }) => outcome);
        expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(20);
        expect(await both()).toEqual({ gate: 60, fold: 60 });
      }
    },
  );

  it('a gate that says another number than the records is named, and mended while people come and go', async () => {
    const { doors, scan, change, gatesOf, both } = await setUpSettled('spoiled-2023');
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
    const { doors, change, gatesOf, both } = await setUpSettled('places-2023');
    const shardOfB3 = [...(await doors.records(SESSION.sessionId, 1)).keys()].includes('B-3') ? 0 : 1;
    await change('B#B-3', shardOfB3, 'REMOVE ge');
    expect((await gatesOf(false)).drift).toHaveLength(1);
    expect(await gatesOf(true)).toMatchObject({ drift: [{ what: 'gate' }] });
    expect((await gatesOf(false)).drift).toEqual([]);
    expect(await both()).toEqual({ gate: 40, fold: 40 });
  });
});
