import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../shared/runtime/log.ts';
import { type Rig, startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { runTrial } from './support/trial.ts';

// The number on the organizer's screen is wrong for good if one of these fails: a batch that came twice, a process
// that died between two writes, an answer that got lost have been counted twice or not at all.
describe('counts, while everything goes wrong', () => {
  let rig: Rig;
  beforeAll(async () => {
    log.setLogLevel('SILENT');
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('equal the fold of the records once the stream is drained', async () => {
    const seed = freshSeed();
    console.log(`seed ${seed}`);
    const { scans, records, faults } = await runTrial({ rig, seed, rounds: 5, stepsPerRound: 130 });
    console.log(`${scans} scans, ${records} stream records, injected faults:`);
    console.table(faults);
    expect(records).toBeGreaterThan(500);
    expect(Object.keys(faults).length).toBeGreaterThanOrEqual(14);
  });
});
