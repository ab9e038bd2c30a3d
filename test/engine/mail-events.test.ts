import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { MAX_SOFT_BOUNCES, mailEvents } from '../../functions/mail-events/mail-events.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

const EVENT = 'gdec-2023';
const NOW = 1_700_000_000_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const batch = (...messages: readonly unknown[]): SQSEvent =>
  z.custom<SQSEvent>().parse({
    Records: messages.map((message, index) => ({
      messageId: String(index),
      body: JSON.stringify(message),
      attributes: { ApproximateReceiveCount: '1' },
    })),
  });

let made = 0;
const rig = async () => {
  made += 1;
  const subscriptionId = `reader-${made}`;
  const subscribers = subscriberStore(engine.documents, 'Subscribers', () => NOW);
  const ledger = deliveryLedger(engine.documents, 'Subscribers');
  await subscribers.ask(EVENT, { subscriptionId, channel: 'email', endpoint: 'sealed', language: 'en' }, NOW);
  await subscribers.change(EVENT, subscriptionId, { status: 'confirmed' });
  const hear = mailEvents({ subscribers, ledger, postpone: async () => undefined, clock: () => NOW });
  const about = async (announcementId: string) => ({
    mail: {
      tags: {
        event: [EVENT],
        subscription: [subscriptionId],
        announcement: [announcementId],
        edition: ['1'],
        ...((await subscribers.get(EVENT, subscriptionId))?.softBounces && { bounced: ['true'] }),
      },
    },
  });
  const recipient = (announcementId: string) => ({
    event: EVENT,
    announcementId,
    edition: 1,
    subscriptionId,
  });
  return {
    ledger,
    recipient,
    hear: async (announcementId: string, said: object) => {
      const answer = await hear(batch({ ...said, ...(await about(announcementId)) }));
      expect(answer?.batchItemFailures).toEqual([]);
    },
    confirm: () => subscribers.change(EVENT, subscriptionId, { status: 'confirmed' }),
    status: async () => (await subscribers.get(EVENT, subscriptionId))?.status,
    state: async (announcementId: string) => {
      for await (const { entries } of ledger.pages(EVENT, announcementId)) {
        const entry = entries.find((one) => one.subscriptionId === subscriptionId);
        if (entry) return entry.state;
      }
      return undefined;
    },
  };
};

const DELIVERY = { eventType: 'Delivery' };
const COMPLAINT = { eventType: 'Complaint', complaint: { complaintFeedbackType: 'abuse' } };
const HARD = { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'General' } };
const SOFT = { eventType: 'Bounce', bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull' } };
const SETTLED = { eventType: 'our own note that SES took it' };

const endOf = (said: readonly object[]) => {
  if (said.includes(HARD) || said.includes(COMPLAINT)) return 'suppressed';
  if (said.includes(DELIVERY)) return 'delivered';
  return said.includes(SOFT) ? 'failed' : 'sent';
};

test('what a report says would depend on the order in which SES tells it, or on repeats', async () => {
  const words = fc.array(fc.constantFrom(DELIVERY, COMPLAINT, HARD, SOFT), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(words, fc.nat(5), async (said, at) => {
      const reader = await rig();
      const announcementId = `A-order-${made}`;
      const recipient = reader.recipient(announcementId);
      expect(await reader.ledger.claim(recipient, 'email', NOW)).toBe('claimed');
      for (const word of said.toSpliced(at, 0, SETTLED)) {
        if (word === SETTLED) await reader.ledger.settle(recipient, { state: 'sent', messageId: 'M' }, NOW);
        else await reader.hear(announcementId, word);
      }
      expect(await reader.state(announcementId)).toBe(endOf(said));
      expect(await reader.status()).toBe(endOf(said) === 'suppressed' ? 'suppressed' : 'confirmed');
    }),
    { numRuns: 25 },
  );
});

test('a mailbox that is full now and then would be given up, or one that is full for good would not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(SOFT, DELIVERY), { maxLength: 8 }), async (said) => {
      const reader = await rig();
      let inRow = 0;
      for (const [index, word] of said.entries()) {
        const announcementId = `A-soft-${made}-${index}`;
        await reader.ledger.claim(reader.recipient(announcementId), 'email', NOW);
        await reader.hear(announcementId, word);
        await reader.hear(announcementId, word);
        inRow = word === SOFT ? inRow + 1 : 0;
        if (inRow >= MAX_SOFT_BOUNCES) break;
      }
      expect(await reader.status()).toBe(inRow >= MAX_SOFT_BOUNCES ? 'suppressed' : 'confirmed');
    }),
    { numRuns: 12 },
  );
});

test.each(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected'])(
  'a mailbox that refuses what we wrote (%s) would be given up as one that is full',
  async (bounceSubType) => {
    const reader = await rig();
    for (let index = 0; index <= MAX_SOFT_BOUNCES; index += 1) {
      const announcementId = `A-${bounceSubType}-${index}`;
      await reader.ledger.claim(reader.recipient(announcementId), 'email', NOW);
      await reader.hear(announcementId, { ...SOFT, bounce: { bounceType: 'Transient', bounceSubType } });
      expect(await reader.state(announcementId)).toBe('failed');
    }
    expect(await reader.status()).toBe('confirmed');
  },
);

test('whoever confirmed again after bounces would be stopped by the next one', async () => {
  const reader = await rig();
  const bounce = async (from: number, to: number) => {
    for (let index = from; index < to; index += 1) {
      await reader.ledger.claim(reader.recipient(`A-again-${index}`), 'email', NOW);
      await reader.hear(`A-again-${index}`, SOFT);
    }
  };
  await bounce(0, MAX_SOFT_BOUNCES);
  expect(await reader.status()).toBe('suppressed');
  await reader.confirm();
  await bounce(MAX_SOFT_BOUNCES, MAX_SOFT_BOUNCES + 1);
  expect(await reader.status()).toBe('confirmed');
});

test('a word about an announcement that is in no ledger would come back for ever', async () => {
  const reader = await rig();
  await reader.hear('A-unknown', DELIVERY);
  await reader.hear('A-unknown', HARD);
  expect(await reader.status()).toBe('suppressed');
});
