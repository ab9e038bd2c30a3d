import { setTimeout as sleep } from 'node:timers/promises';
import { forEachOf } from '../../shared/store/batches.ts';
import type { Press } from '../outcomes.ts';
import { startQueue } from '../queue.ts';
import { signatureChecker } from '../sns-signature.ts';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { addressOf, type Mailbox, openMailboxes } from './mailbox.ts';
import { pushReceiver } from './push-receiver.ts';
import type { Receiver } from './receiver.ts';
import { serveReceivers } from './receivers.ts';
import { snsReceiver } from './sns-receiver.ts';
import { webhookReceiver } from './webhook-receiver.ts';

/** The API lets so many strangers ask in a second; faster ones would be told to come back. */
const ASKED_AT_ONCE = 5;
const CONFIRMED_WITHIN_MS = 60_000;

export interface Gathered {
  close(): Promise<void>;
}

/** Opens every member's endpoint, subscribes it through the API, and waits until each has confirmed. */
export const gatherAudience = async (
  press: Press,
  members: readonly Member[],
  inboxes: Inboxes,
  outbox: string,
): Promise<Gathered> => {
  const waiting = new Set(members.filter(({ channel }) => channel !== 'sqs').map(({ number }) => number));
  const confirmedBy =
    ({ number }: Member) =>
    () =>
      void waiting.delete(number);
  const { client, credentials } = press;
  const check = signatureChecker(new URL(client.baseUrl).origin);
  const receivers = members.flatMap((member): Receiver[] => {
    const confirmed = confirmedBy(member);
    switch (member.channel) {
      case 'webhook':
        return [webhookReceiver(member, inboxes, confirmed)];
      case 'push':
        return [pushReceiver(member, inboxes, confirmed)];
      case 'https':
        return [snsReceiver(member, inboxes, confirmed, check)];
      default:
        return [];
    }
  });
  const server = await serveReceivers(receivers, inboxes);
  const byMember = new Map(receivers.map((receiver) => [receiver.member.number, receiver]));
  const mailboxes = members
    .filter(({ channel }) => channel === 'email')
    .map((member): Mailbox => ({ member, confirmed: confirmedBy(member) }));
  const mail = openMailboxes(outbox, mailboxes, inboxes);
  const queues: { close(): Promise<void> }[] = [];

  const endpointOf = async (member: Member): Promise<unknown> => {
    const receiver = byMember.get(member.number);
    if (receiver) return receiver.endpoint(server.urlOf(receiver));
    if (member.channel === 'email') return addressOf(member);
    if (!credentials.aws) throw new Error('the host does not say where its queues are');
    const queue = await startQueue(member.language, credentials.aws, ({ at, event }) =>
      inboxes.take(member, { at, ...event.data }),
    );
    queues.push(queue);
    return queue.endpoint;
  };
  await forEachOf(
    members,
    async (member) => {
      const { channel: protocol, language, kinds, topics } = member;
      await client.as().call('POST /v1/events/{event}/subscriptions', {
        params: { event: credentials.event },
        raw: {
          content: JSON.stringify({ protocol, endpoint: await endpointOf(member), language, kinds, topics }),
          mediaType: 'application/json',
        },
      });
    },
    ASKED_AT_ONCE,
  );
  const giveUpAt = Date.now() + CONFIRMED_WITHIN_MS;
  while (waiting.size > 0) {
    if (Date.now() > giveUpAt)
      throw new Error(
        `${waiting.size} subscriptions were not confirmed; ${inboxes.faults.slice(0, 3).join('; ')}`,
      );
    await sleep(100);
  }
  return {
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      await mail.close();
      await server.close();
    },
  };
};
