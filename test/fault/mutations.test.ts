import { beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../shared/runtime/log.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { Counter } from '../../shared/store/counts/item.ts';
import { startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { type Mutation, NotExact, runTrial } from './support/trial.ts';

/** Writes whatever the counter's watermark has become: no condition protects it. */
const withoutCondition = (store: CountStore): CountStore => ({
  ...store,
  apply: async (event, sessionId, shard, seen, change) => {
    for (let counter = seen; ; ) {
      const result = await store.apply(event, sessionId, shard, counter, change);
      if (result.kind === 'applied') return result;
      counter = result.counter;
    }
  },
});

/** The condition holds, but `count` is not told how far the counter has come. */
const forgetsToSkip = (store: CountStore): CountStore => {
  const counters = new Map<string, Counter | undefined>();
  return {
    ...store,
    get: async (...at) => {
      const counter = await store.get(...at);
      counters.set(at.join(), counter);
      return counter && { ...counter, watermark: '' };
    },
    apply: async (event, sessionId, shard, _seen, change) => {
      const at = [event, sessionId, shard].join();
      const result = await store.apply(event, sessionId, shard, counters.get(at), change);
      counters.set(at, result.counter);
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
    const first = `${result.watermark}+`;
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

const MOST_TRIALS = 6;

// A suite that cannot fail proves nothing: each deliberate defect must be noticed by the very same checks.
describe('the fault suite notices', () => {
  const seed = freshSeed();
  beforeAll(() => {
    log.setLogLevel('SILENT');
    console.log(`seed ${seed}`);
  });

  const trial = async (trialSeed: number, mutation?: Mutation): Promise<unknown> => {
    const rig = await startRig();
    try {
      return await runTrial({ rig, seed: trialSeed, rounds: 2, stepsPerRound: 60, mutation });
    } catch (error) {
      return error;
    } finally {
      await rig.stop();
    }
  };

  /** A race shows only when two copies meet at the wrong moment, which a trial of two seconds may miss. */
  const firstFinding = async (mutation: Mutation): Promise<unknown> => {
    for (let attempt = 0; attempt < MOST_TRIALS; attempt += 1) {
      const outcome = await trial(seed + attempt, mutation);
      if (outcome instanceof Error) return outcome;
    }
    return 'nothing';
  };

  it.each(mutations)('%s', async (_, message, mutation) => {
    const finding = await firstFinding(mutation);
    expect(finding).toBeInstanceOf(NotExact);
    expect(finding).toHaveProperty('message', expect.stringMatching(message));
  });

  it('nothing where there is no defect', async () => {
    expect(await trial(seed)).not.toBeInstanceOf(Error);
  });
});
