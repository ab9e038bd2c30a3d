import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubscriberChange } from '../../shared/store/subscribers/subscribers.ts';
import {
  anEdition,
  batch,
  type DeliveryRig,
  deliveryRig,
  EVENT,
  fromSns,
  subscribe,
} from './delivery-rig.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const EDITIONS = [1, 2, 3];
const WISHES: readonly SubscriberChange[] = [
  { kinds: ['report'] },
  { topics: ['finance'] },
  { kinds: undefined, topics: undefined },
];

/** Takes some of what waits, in any order. */
const takeSome = async ({ waiting, deliver, now, random }: DeliveryRig, most: number): Promise<void> => {
  for (let left = most; left > 0 && waiting.length > 0; left -= 1) {
    const [task] = waiting.splice(Math.floor(random() * waiting.length), 1);
    now.ms += Math.floor(random() * 40_000);
    const { batchItemFailures } = await deliver(batch(JSON.stringify(task)));
    if (batchItemFailures.length > 0 && task) waiting.push(task);
  }
};

test.each([2023, 7, 42, 99, 5, 11])(
  'a reader who narrows while an edition waits would never hear that it was wrong, seed %i',
  async (seed) => {
    const walk = deliveryRig(engine, seed, { ms: seed * 10_000_000_000 });
    const { random, subscribers } = walk;
    const announcementId = `A-narrowed-${seed}`;
    const ids = await subscribe(walk, 30);
    for (const edition of EDITIONS) {
      const said = anEdition(announcementId, edition);
      walk.editions.set(`${announcementId}.${edition}`, said);
      await walk.plan(batch(fromSns(said)));
      await takeSome(walk, Math.floor(random() * 4));
      for (const subscriptionId of ids) {
        const wish = WISHES[Math.floor(random() * WISHES.length * 2)];
        if (wish) await subscribers.change(EVENT, subscriptionId, wish);
      }
    }
    await takeSome(walk, 5_000);
    expect(walk.waiting).toEqual([]);

    const reached = ids.flatMap((subscriptionId) => {
      const numbers = walk.received
        .filter((one) => one.subscriptionId === subscriptionId)
        .map(({ edition }) => edition);
      return numbers.length === 0 ? [] : [{ subscriptionId, last: numbers.at(-1) }];
    });
    expect(reached.filter(({ last }) => last !== EDITIONS.at(-1))).toEqual([]);
    // Nobody would be wrong where nobody is told.
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(ids.length);
  },
);
