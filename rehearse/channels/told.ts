import { setTimeout as sleep } from 'node:timers/promises';
import type { Breaches } from '../breaches.ts';
import { type Channel, type Member, wantsStory } from './audience.ts';
import type { Edition } from './newsroom.ts';
import type { Press } from './subscribe.ts';

const OWN: readonly Channel[] = ['email', 'webhook', 'push'];
const SETTLED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** Compares what the host says of who got the newest editions with who asked for them. */
export const judgeReports = async (
  { client, credentials: { event, organizerToken } }: Press,
  members: readonly Member[],
  editions: readonly Edition[],
  breaches: Breaches,
): Promise<void> => {
  const newest = new Map(editions.map((edition) => [edition.announcementId, edition]));
  const giveUpAt = Date.now() + SETTLED_WITHIN_MS;

  const differences = async ({ announcementId, story }: Edition): Promise<string[]> => {
    const { body } = await client
      .as(organizerToken)
      .call('GET /v1/events/{event}/announcements/{announcement}/deliveries', {
        params: { event, announcement: announcementId },
      });
    return OWN.flatMap((channel) => {
      const wanting = members.filter((one) => one.channel === channel && wantsStory(one, story)).length;
      const told = body.protocols.find(({ protocol }) => protocol === channel);
      const { addressed, sent, pending } = told ?? { addressed: 0, sent: 0, pending: 0 };
      if (addressed === wanting && sent === wanting && pending === 0) return [];
      return [
        `the report of ${announcementId} says ${channel}: ${addressed} addressed, ${sent} sent, ${pending} pending, of ${wanting}`,
      ];
    });
  };

  for (const edition of newest.values()) {
    let found = await differences(edition);
    while (found.length > 0 && Date.now() < giveUpAt) {
      await sleep(LOOK_EVERY_MS);
      found = await differences(edition);
    }
    for (const detail of found) breaches.add('I7', detail);
  }
};
