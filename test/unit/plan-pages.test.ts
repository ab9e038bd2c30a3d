import type { SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { plan } from '../../functions/plan/plan.ts';
import { SUBSCRIBER_SHARDS } from '../../shared/domain/subscriber.ts';
import { MAX_RECIPIENTS } from '../../shared/runtime/delivery-queues.ts';
import type { Subscriber } from '../../shared/store/subscribers/subscribers.ts';

const PAGES = 40;
const PAGE = 160;

const subscriber = (subscriptionId: string): Subscriber => ({
  subscriptionId,
  channel: 'email',
  status: 'confirmed',
  endpoint: 'sealed',
  language: 'en',
  askedAt: 0,
  secretVersion: 1,
  rotatedAt: 0,
});

// At a world's fair the function would run out of memory, and nobody would get anything.
test('a hundred thousand subscribers are planned with one page of each shard in memory at a time', async () => {
  let held = 0;
  let most = 0;
  const planned = new Set<string>();
  const handle = plan({
    subscribers: {
      async *pages(_event: string, shard: number) {
        for (let page = 0; page < PAGES; page += 1) {
          held += 1;
          most = Math.max(most, held);
          yield Array.from({ length: PAGE }, (_, index) => subscriber(`${shard}-${page}-${index}`));
        }
      },
    },
    edition: async () => undefined,
    ledger: { planned: async () => undefined, addressed: async () => new Set() },
    queues: {
      send: async (tasks) => {
        for (const task of tasks) {
          if (task.kind !== 'edition') continue;
          expect(task.subscriptionIds.length).toBeLessThanOrEqual(MAX_RECIPIENTS);
          for (const id of task.subscriptionIds) planned.add(id);
        }
        // The queue takes its time; what is read meanwhile would pile up.
        await new Promise((resolve) => setImmediate(resolve));
        held -= 1;
      },
    },
    postpone: async () => undefined,
    topicPrefix: 'turnout',
    clock: () => 0,
  });
  const message = {
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:turnout-e-en',
    Message: JSON.stringify({
      source: '/events/e',
      data: { announcementId: 'A', edition: 1, kind: 'award', topics: [] },
    }),
  };
  const event = z.custom<SQSEvent>().parse({ Records: [{ messageId: '1', body: JSON.stringify(message) }] });
  expect(await handle(event)).toEqual({ batchItemFailures: [] });
  expect(planned.size).toBe(SUBSCRIBER_SHARDS * PAGES * PAGE);
  expect(most).toBe(SUBSCRIBER_SHARDS);
});
