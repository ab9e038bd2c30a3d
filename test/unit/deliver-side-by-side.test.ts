import type { SQSEvent } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Adapter } from '../../functions/deliver/adapter.ts';
import { deliver } from '../../functions/deliver/deliver.ts';
import { type DeliveryTask, MAX_RECIPIENTS } from '../../shared/runtime/delivery-queues.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import type { Subscriber } from '../../shared/store/subscribers/subscribers.ts';
import { anEdition } from '../engine/delivery-rig.ts';

const keys = subscriberKeys('secret of the test');
const ids = Array.from({ length: MAX_RECIPIENTS }, (_, index) =>
  keys.idOf('e', 'webhook', `https://h${index}.example.org/`),
);
const subscriber = (subscriptionId: string): Subscriber => ({
  subscriptionId,
  channel: 'webhook',
  status: 'confirmed',
  endpoint: keys.seal('https://h.example.org/', subscriptionId),
  language: 'en',
  askedAt: 0,
  secretVersion: 1,
  rotatedAt: 0,
});
// The last one would wait ten seconds for every five of them.
test('servers that hang hold up none of the others that a task is for', async () => {
  const sent: string[] = [];
  let release = (): void => undefined;
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const adapter: Adapter = async ({ subscriptionId }) => {
    if (ids.indexOf(subscriptionId) < MAX_RECIPIENTS - 1) await hanging;
    sent.push(subscriptionId);
    return { kind: 'sent', messageId: subscriptionId };
  };
  const run = deliver({
    edition: async (_event, announcementId, edition) =>
      edition === 1 ? anEdition(announcementId, edition) : undefined,
    subscribers: {
      many: async () => ids.map(subscriber),
      change: async () => undefined,
      suppress: async () => undefined,
    },
    ledger: { claim: async () => 'claimed', settle: async () => undefined },
    queues: { send: async () => undefined },
    postpone: async () => undefined,
    keys: async () => keys,
    adapters: { webhook: adapter },
    clock: () => 0,
    spread: () => 0,
  });
  const task: DeliveryTask = {
    kind: 'edition',
    channel: 'webhook',
    event: 'e',
    announcementId: 'A',
    edition: 1,
    subscriptionIds: ids,
    attempt: 1,
    notBefore: 0,
  };
  const done = run(z.custom<SQSEvent>().parse({ Records: [{ messageId: '1', body: JSON.stringify(task) }] }));
  await vi.waitFor(() => expect(sent).toEqual([ids.at(-1)]));
  release();
  expect(await done).toEqual({ batchItemFailures: [] });
  expect(sent).toHaveLength(MAX_RECIPIENTS);
});
