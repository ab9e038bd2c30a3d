import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { log } from '../../shared/runtime/log.ts';
import { type CountStore, watermarkOf } from '../../shared/store/counts.ts';
import { type Rig, startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { type Mutation, NotExact, runTrial } from './support/trial.ts';

/** Writes whatever the counter's watermark has become: no condition protects it. */
const withoutCondition = (store: CountStore): CountStore => ({
  ...store,
  apply: async (event, sessionId, shard, expected, change) => {
    for (let watermark = expected; ; ) {
      const result = await store.apply(event, sessionId, shard, watermark, change);
      if (result.kind === 'applied') return result;
      watermark = result.counter?.watermark ?? '';
    }
  },
});

/** The condition holds, but `count` is not told how far the counter has come. */
const forgetsToSkip = (store: CountStore): CountStore => {
  const watermarks = new Map<string, string>();
  return {
    ...store,
    get: async (...at) => {
      const counter = await store.get(...at);
      watermarks.set(at.join(), counter?.watermark ?? '');
      return counter && { ...counter, watermark: '' };
    },
    apply: async (event, sessionId, shard, _expected, change) => {
      const at = [event, sessionId, shard].join();
      const result = await store.apply(event, sessionId, shard, watermarks.get(at) ?? '', change);
      watermarks.set(at, result.counter?.watermark ?? '');
      if (result.kind === 'applied') return { ...result, counter: { ...result.counter, watermark: '' } };
      return { ...result, counter: result.counter && { ...result.counter, watermark: '' } };
    },
  };
};

/** An hour of the timeline is written even where its watermark says that it has been. */
const hoursWithoutWatermark = (store: CountStore): CountStore => ({
  ...store,
  applyHour: async (event, sessionId, shard, hour, change) => {
    const result = await store.applyHour(event, sessionId, shard, hour, change);
    if (result.kind === 'applied') return result;
    const first = watermarkOf(String(BigInt(result.watermark || '0') + 1n));
    return store.applyHour(event, sessionId, shard, hour, { ...change, first });
  },
});

const mutations: readonly (readonly [string, RegExp, Mutation])[] = [
  ['a counter that is written without its condition', /counter .* differs/, { store: withoutCondition }],
  ['a count that forgets to skip what was counted', /counter .* differs/, { store: forgetsToSkip }],
  [
    'a fold that counts a scan again whenever its record is written again',
    /counter .* differs/,
    {
      handler:
        (handler) =>
        async ({ Records }) =>
          handler({
            Records: Records.map(({ dynamodb: { OldImage: _, ...change } = {}, ...record }) => ({
              ...record,
              dynamodb: change,
            })),
          }),
    },
  ],
  ['an hour of the timeline without its watermark', /timeline .* differs/, { store: hoursWithoutWatermark }],
  [
    'a count that reports success where it failed',
    /counter .* differs/,
    { handler: (handler) => (event) => handler(event).then(() => ({ batchItemFailures: [] })) },
  ],
  [
    'a count that drops poison',
    /what was parked differs/,
    { deps: (deps) => ({ ...deps, park: async () => {} }) },
  ],
];

// A suite that cannot fail proves nothing: each deliberate defect must be noticed by the very same checks.
describe('the fault suite notices', () => {
  const seed = freshSeed();
  let rig: Rig;
  beforeAll(() => {
    log.setLogLevel('SILENT');
    console.log(`seed ${seed}`);
  });
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.stop());

  it.each(mutations)('%s', async (_, finding, mutation) => {
    const trial = runTrial({ rig, seed, rounds: 2, stepsPerRound: 60, mutation });
    await expect(trial).rejects.toThrow(finding);
    await expect(trial).rejects.toBeInstanceOf(NotExact);
  });

  it('nothing where there is no defect', async () => {
    await expect(runTrial({ rig, seed, rounds: 2, stepsPerRound: 60 })).resolves.toBeDefined();
  });
});
