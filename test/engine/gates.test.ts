import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { log } from '../../shared/runtime/log.ts';
import { startTestEngine, type TestEngine } from './engine.ts';
import { gateWalk } from './gate-walk.ts';

const WALKS = 6;
const STEPS = 120;

describe('a gate, whatever the organizer, the clocks and the network do', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    log.setLogLevel('SILENT');
    engine = await startTestEngine();
  });
  afterAll(async () => engine.stop());

  it('is the number of people inside, and doors say what the records say (I3, I5)', {
    timeout: 120_000,
  }, async () => {
    // TURNOUT_SEED repeats one walk alone.
    const given = process.env['TURNOUT_SEED'];
    const first = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
    const seeds = given === undefined ? Array.from({ length: WALKS }, (_, index) => first + index) : [first];
    let scans = 0;
    for (const seed of seeds) {
      const walk = gateWalk(engine, `walk-${seed}`, seededRandom(seed));
      await walk.run(STEPS).catch((error: unknown) => {
        throw new Error(`seed ${seed}, after ${walk.sent.length} scans: ${String(error)}`, { cause: error });
      });
      scans += walk.sent.length;
    }
    console.log(
      `${seeds.length} walks from seed ${first}, ${STEPS} steps each, ${scans} scans, 0 mismatches`,
    );
    expect(scans).toBeGreaterThan(STEPS / 2);
  });
});
