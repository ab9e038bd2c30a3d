import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Parcel, Sent } from '../../functions/deliver/adapter.ts';
import { deliver } from '../../functions/deliver/deliver.ts';
import { plan } from '../../functions/plan/plan.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { announcementMessage } from '../../shared/domain/announcement-message.ts';
import type { DeliveryTask } from '../../shared/runtime/delivery-queues.ts';
import type { EditionReader } from '../../shared/runtime/edition-reader.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import type { TestEngine } from './engine.ts';

export const EVENT = 'gdec-2023';
export const keys = subscriberKeys('secret of the test');

export const anEdition = (announcementId: string, edition: number): AnnouncementEdition => ({
  announcementId,
  kind: 'award',
  edition,
  change: edition === 1 ? 'published' : 'corrected',
  at: 0,
  mainLanguage: 'en',
  audience: ['en'],
  topics: [],
  sessionId: null,
  note: null,
  reason: null,
  content: { en: { title: `Edition ${edition}`, body: 'Text' } },
});

export const batch = (...bodies: readonly string[]): SQSEvent =>
  z.custom<SQSEvent>().parse({
    Records: bodies.map((body, index) => ({
      messageId: String(index),
      body,
      attributes: { ApproximateReceiveCount: '1' },
    })),
  });

export const fromSns = (edition: AnnouncementEdition, language = 'en'): string =>
  JSON.stringify({
    TopicArn: `arn:aws:sns:us-east-1:000000000000:turnout-${EVENT}-${language}`,
    Message: JSON.stringify(announcementMessage(EVENT, edition, language).message),
  });

/** The pipeline with a queue that repeats and shuffles, an endpoint that fails, and a process that dies. */
export const deliveryRig = (
  engine: TestEngine,
  seed: number,
  now = { ms: 1_000_000_000 },
  answers?: (parcel: Parcel, ms: number) => Sent | undefined,
) => {
  const { next: random } = seededRandom(seed);
  const subscribers = subscriberStore(engine.documents, 'Subscribers', () => now.ms);
  const ledger = deliveryLedger(engine.documents, 'Subscribers');
  const waiting: DeliveryTask[] = [];
  const received: { subscriptionId: string; edition: number; key: string }[] = [];
  const crashes = new Set<string>();
  const editions = new Map<string, AnnouncementEdition>();
  const queues = {
    send: async (tasks: readonly DeliveryTask[]) => {
      for (const task of tasks) waiting.push(...(random() < 0.3 ? [task, task] : [task]));
    },
  };
  const adapter = async (parcel: Parcel): Promise<Sent> => {
    const { subscriptionId, edition, idempotencyKey } = parcel;
    const answer = answers
      ? answers(parcel, now.ms)
      : random() < 0.15 && ({ kind: 'again', cause: 'answered 500' } as const);
    if (answer) return answer;
    received.push({ subscriptionId, edition: edition?.edition ?? 0, key: idempotencyKey });
    return { kind: 'sent', messageId: idempotencyKey };
  };
  const dying: typeof ledger.settle = async (recipient, result, at) => {
    if (random() < 0.1) {
      crashes.add(`${recipient.subscriptionId} ${recipient.edition}`);
      throw new Error('the process died before it could record');
    }
    await ledger.settle(recipient, result, at);
  };
  const edition: EditionReader = async (_event, announcementId, number) =>
    editions.get(`${announcementId}.${number}`);
  const deps = { clock: () => now.ms, subscribers, queues, postpone: async () => undefined };
  return {
    subscribers,
    ledger,
    received,
    crashes,
    waiting,
    random,
    now,
    editions,
    plan: plan({ ...deps, edition, ledger, topicPrefix: 'turnout' }),
    deliver: deliver({
      ...deps,
      edition,
      ledger: { claim: ledger.claim, settle: dying },
      keys: async () => keys,
      adapters: { webhook: adapter, push: adapter },
      spread: random,
    }),
  };
};
export type DeliveryRig = ReturnType<typeof deliveryRig>;

export const subscribe = async (
  { subscribers, now }: DeliveryRig,
  count: number,
  wish: object = {},
  status: 'confirmed' | 'pending' = 'confirmed',
): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, index) =>
    keys.idOf(EVENT, 'webhook', `https://h${index}.example.org/${now.ms}`),
  );
  for (const subscriptionId of ids) {
    await subscribers.ask(
      EVENT,
      {
        subscriptionId,
        channel: 'webhook',
        endpoint: keys.seal('https://h.example.org', subscriptionId),
        language: 'en',
        ...wish,
      },
      now.ms,
    );
    if (status === 'confirmed') await subscribers.change(EVENT, subscriptionId, { status });
  }
  return ids;
};

/** Takes tasks in any order until none is left, letting time pass as the queue's delays would. */
export const drain = async ({ waiting, deliver: run, now, random }: DeliveryRig): Promise<void> => {
  for (let steps = 0; waiting.length > 0; steps += 1) {
    if (steps > 5_000) throw new Error('the pipeline never comes to rest');
    const [task] = waiting.splice(Math.floor(random() * waiting.length), 1);
    now.ms += Math.floor(random() * 40_000);
    const result = await run(batch(JSON.stringify(task)));
    if (result.batchItemFailures.length > 0 && task) waiting.push(task);
  }
};

/** Takes tasks when their time comes. */
export const retried = async (walk: DeliveryRig): Promise<void> => {
  for (let task = walk.waiting.shift(); task; task = walk.waiting.shift()) {
    walk.now.ms = Math.max(walk.now.ms, task.notBefore);
    const { batchItemFailures } = await walk.deliver(batch(JSON.stringify(task)));
    if (batchItemFailures.length > 0) walk.waiting.push(task);
  }
};
