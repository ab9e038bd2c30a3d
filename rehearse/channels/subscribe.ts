import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from '../../local/credentials.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { Client } from '../client.ts';
import type { Subscriber } from '../inbox.ts';
import { startQueue } from '../queue.ts';
import { startWebhook } from '../webhook.ts';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { addressOf, openMailboxes } from './mailbox.ts';
import { pushReceiver } from './push-receiver.ts';
import { serveReceivers } from './receivers.ts';
import { webhookReceiver } from './webhook-receiver.ts';

export interface Press {
  readonly client: Client;
  readonly credentials: Credentials;
}

/** Requests at once; the API lets ten strangers a second ask, and the others come back. */
const ASKED_AT_ONCE = 5;
const CONFIRMED_WITHIN_MS = 60_000;

/** Endpoints of all channels: what each member subscribes with. `waiting`: who has not confirmed yet. */
const openEndpoints = async (
  { client, credentials }: Press,
  members: readonly Member[],
  { inboxes, outbox, waiting }: { inboxes: Inboxes; outbox: string; waiting: Set<Member> },
) => {
  const confirmed = (member: Member) => void waiting.delete(member);
  const server = await serveReceivers(
    members.flatMap((member) => {
      if (member.channel === 'webhook') return [webhookReceiver(member, inboxes, confirmed)];
      return member.channel === 'push' ? [pushReceiver(member, inboxes, confirmed)] : [];
    }),
    inboxes,
  );
  const readers = members.filter(({ channel }) => channel === 'email');
  const mail = openMailboxes(outbox, readers, inboxes, confirmed);
  const { origin } = new URL(client.baseUrl);
  const bySns: { readonly member: Member; readonly subscriber: Subscriber }[] = [];

  const startSns = async (member: Member) => {
    const { language } = member;
    const arrived: Parameters<typeof startQueue>[2] = ({ at, takenAt, event }) => {
      waiting.delete(member);
      inboxes.take(member, { at, takenAt, ...event.data });
    };
    if (member.channel === 'https') {
      const webhook = await startWebhook(language, origin, arrived);
      webhook.confirmed().then(
        () => confirmed(member),
        (error: unknown) => inboxes.fault(member, String(error)),
      );
      return webhook;
    }
    if (!credentials.aws) throw new Error('the host does not say where its queues are');
    // Its policy is all the confirmation that SNS wants.
    confirmed(member);
    return startQueue(language, credentials.aws, arrived);
  };

  return {
    of: async (member: Member): Promise<unknown> => {
      switch (member.channel) {
        case 'email':
          return addressOf(member);
        case 'webhook':
        case 'push':
          return server.endpointOf(member);
        case 'https':
        case 'sqs': {
          const subscriber = await startSns(member);
          bySns.push({ member, subscriber });
          return subscriber.endpoint;
        }
      }
    },
    close: async (): Promise<void> => {
      await Promise.all(bySns.map(({ subscriber }) => subscriber.close()));
      for (const { member, subscriber } of bySns)
        for (const fault of subscriber.faults) inboxes.fault(member, fault);
      await mail.close();
      await server.close();
    },
  };
};

/**
 * Opens every member's endpoint, subscribes it through the API, and waits until each has confirmed.
 * @param outbox folder in which the host writes its mails
 * @returns closes the endpoints; faults that were noticed until then are in the inboxes after it
 */
export const gatherAudience = async (
  press: Press,
  members: readonly Member[],
  inboxes: Inboxes,
  outbox: string,
): Promise<{ close(): Promise<void> }> => {
  const waiting = new Set(members);
  const endpoints = await openEndpoints(press, members, { inboxes, outbox, waiting });
  const subscribe = async (member: Member): Promise<void> => {
    const { channel: protocol, language, kinds, topics } = member;
    const endpoint = await endpoints.of(member);
    await press.client.as().call('POST /v1/events/{event}/subscriptions', {
      params: { event: press.credentials.event },
      raw: {
        content: JSON.stringify({ protocol, endpoint, language, kinds, topics }),
        mediaType: 'application/json',
      },
    });
  };
  await forEachOf(members, subscribe, ASKED_AT_ONCE);
  const giveUpAt = Date.now() + CONFIRMED_WITHIN_MS;
  while (waiting.size > 0) {
    if (Date.now() > giveUpAt) {
      await endpoints.close();
      const [first] = waiting;
      throw new Error(
        `${waiting.size} have not confirmed, ${first?.channel} ${first?.number} among them: ${inboxes.faults.slice(0, 3).join('; ')}`,
      );
    }
    await sleep(100);
  }
  return endpoints;
};
