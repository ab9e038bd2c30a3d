import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { CLAIM_MS } from '../../shared/store/subscribers/delivery-steps.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const EVENT = 'gdec-2023';
const READERS = 25;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

/** The steps that senders and what SES tells take, for each reader the same of every walk of a seed. */
const walked = async (announcementId: string, seed: number, sideBySide: boolean) => {
  const { next: random } = seededRandom(seed);
  const ledger = deliveryLedger(engine.documents, 'Subscribers');
  let now = 1_700_000_000_000;
  const answers: unknown[] = [];
  for (let round = 0; round < 12; round += 1) {
    now += Math.floor(random() * 1.5 * CLAIM_MS);
    const steps = Array.from({ length: READERS }, (_, index) => {
      const at = {
        event: EVENT,
        announcementId,
        edition: random() < 0.7 ? 1 : 2,
        subscriptionId: `s${index}`,
      };
      const kind = random();
      const step = now;
      if (kind < 0.4) return () => ledger.claim(at, 'email', step);
      if (kind < 0.6) return () => ledger.settle(at, { state: 'sent', messageId: `m${round}` }, step);
      if (kind < 0.7) return () => ledger.settle(at, { state: 'again', cause: 'answered 500' }, step);
      if (kind < 0.8)
        return () => ledger.settle(at, { state: 'suppressed', cause: 'left', untried: true }, step);
      return () => ledger.hear(at, kind < 0.9 ? 'delivered' : 'failed', 'told', step);
    });
    if (sideBySide) answers.push(...(await Promise.all(steps.map((step) => step()))));
    else for (const step of steps) answers.push(await step());
  }
  const entries = [];
  for await (const page of ledger.pages(EVENT, announcementId)) entries.push(...page.entries);
  return {
    answers,
    entries: entries.toSorted((a, b) => a.subscriptionId.localeCompare(b.subscriptionId)),
  };
};

test.each([1, 2, 3])(
  'who got what would depend on how many were sent to at the same time, seed %i',
  async (seed) => {
    const alone = await walked(`A-alone-${seed}`, seed, false);
    expect(await walked(`A-together-${seed}`, seed, true)).toEqual(alone);
    expect(alone.answers).toEqual(
      expect.arrayContaining(['claimed', 'renewed', 'busy', 'done', 'delivered']),
    );
  },
);

test('each of a task’s readers would cost two requests more', async () => {
  let requests = 0;
  const counted = DynamoDBDocumentClient.from(engine.client);
  counted.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  const ledger = deliveryLedger(counted, 'Subscribers');
  const readers = Array.from({ length: READERS }, (_, index) => ({
    event: EVENT,
    announcementId: 'A-counted',
    edition: 1,
    subscriptionId: `s${index}`,
  }));
  const claims = await Promise.all(readers.map((reader) => ledger.claim(reader, 'email', 1)));
  expect(new Set(claims)).toEqual(new Set(['claimed']));
  await Promise.all(readers.map((one) => ledger.settle(one, { state: 'sent', messageId: 'm' }, 2)));
  const heard = await Promise.all(readers.map((one) => ledger.hear(one, 'delivered', 'told', 3)));
  expect(new Set(heard)).toEqual(new Set(['delivered']));
  expect(requests).toBe(3);
});
