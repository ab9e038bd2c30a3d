import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reentryModes } from '../../shared/domain/scan.ts';
import {
  deliveries,
  luck,
  type MadeScan,
  madeScans,
  nextOf,
  SPAN_MS,
  START,
  seen,
  sessionIds,
} from '../support/arrivals.ts';
import { aSession, type Doors, openDoors } from './doors.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

describe('scans of 5 badges at 3 devices, offline and online, on the engine', () => {
  let engine: TestEngine;
  let rounds = 0;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(async () => engine.stop());

  const newDoors = () => {
    rounds += 1;
    return openDoors(engine, {
      event: `arrivals-${rounds}`,
      sessions: reentryModes.map((reentry) => aSession(sessionIds[reentry], { admission: { reentry } })),
      clock: () => START + SPAN_MS,
    });
  };

  const sendAll = async (doors: Doors, batches: readonly (readonly MadeScan[])[]) => {
    for (const batch of batches) {
      const scans = batch.map(({ badgeId, deviceId: _, scannedAt, ...scan }) => ({
        ...scan,
        badge: doors.codeOf(badgeId),
        scannedAt: new Date(scannedAt).toISOString(),
      }));
      await doors.send(batch[0]?.deviceId ?? '', scans);
    }
  };

  const stored = async (doors: Doors) => {
    const looks: Record<string, unknown> = {};
    for (const sessionId of Object.values(sessionIds)) {
      for (const [badgeId, record] of await doors.records(sessionId)) {
        looks[`${sessionId} ${badgeId}`] = seen(record);
        expect(record.changes, 'a repetition changed the record').toBe(record.scans.length);
      }
    }
    return looks;
  };

  it('give the same records however uploads are shuffled, repeated and cut into batches', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(madeScans, luck, luck, async (scans, some, other) => {
        const [one, another] = [await newDoors(), await newDoors()];
        await sendAll(one, deliveries(scans, nextOf(some), 'after'));
        await sendAll(another, deliveries(scans, nextOf(other), 'after'));
        expect(await stored(another)).toEqual(await stored(one));
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
