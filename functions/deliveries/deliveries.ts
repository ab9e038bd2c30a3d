import type { getDeliveries, replayDelivery } from '../../shared/contract/deliveries.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { DeliveryQueues, DeliveryTask } from '../../shared/runtime/delivery-queues.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { AnnouncementLedger } from '../../shared/store/announcements/ledger.ts';
import type { DeliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import type { SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { MAX_FAILURES, ownReport, snsReport } from './report.ts';

export interface DeliveriesDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'editions'>;
  readonly sns: Pick<AnnouncementLedger, 'list'>;
  readonly own: Pick<DeliveryLedger, 'pages' | 'reopen'>;
  readonly subscribers: Pick<SubscriberStore, 'get' | 'change'>;
  readonly queues: Pick<DeliveryQueues, 'send'>;
  readonly clock: () => number;
}

export const deliveries = ({ announcements, sns, own, subscribers, queues, clock }: DeliveriesDeps) => {
  const assertKnown = async (event: string, id: string): Promise<void> => {
    if (!(await announcements.get(event, id)))
      throw new Problem('not-found', `There is no announcement ${id}`);
  };

  /** @returns how to send a failed delivery again: as the newest edition, since the one that failed may be retracted */
  const replayer = async (event: string, announcementId: string) => {
    const newest = (await announcements.editions(event, announcementId)).at(-1)?.edition ?? 0;
    return (subscriptionId: string) => replayOne(event, announcementId, newest, subscriptionId);
  };

  /** Puts one failed delivery back on its queue; a webhook that was disabled by it gets another chance. */
  const replayOne = async (
    event: string,
    announcementId: string,
    newest: number,
    subscriptionId: string,
  ): Promise<boolean> => {
    const subscriber = await subscribers.get(event, subscriptionId);
    if (!subscriber) return false;
    const failed = await own.reopen(event, announcementId, subscriptionId);
    if (failed === undefined) return false;
    if (subscriber.status === 'disabled')
      await subscribers.change(event, subscriptionId, { status: 'confirmed' });
    const task: DeliveryTask = {
      kind: 'edition',
      channel: subscriber.channel,
      event,
      announcementId,
      edition: Math.max(failed, newest),
      subscriptionIds: [subscriptionId],
      attempt: 1,
      notBefore: 0,
    };
    await queues.send([task], clock());
    return true;
  };

  return {
    report: async ({ params }: CallOf<typeof getDeliveries>): Promise<Answer> => {
      const { event, announcement: id } = params;
      await assertKnown(event, id);
      const [editions, entries] = await Promise.all([announcements.editions(event, id), sns.list(event, id)]);
      const expected = editions.reduce((sum, { audience }) => sum + audience.length, 0);
      const ours = ownReport();
      for await (const page of own.pages(event, id)) ours.add(page);
      const [bySns, byUs] = [snsReport(entries, expected), ours.total()];
      return {
        status: 200,
        body: {
          protocols: [...bySns.protocols, ...byUs.protocols],
          causes: byUs.causes,
          failures: [...bySns.failures, ...byUs.failures].slice(0, MAX_FAILURES),
          failureCount: bySns.failures.length + byUs.failureCount,
          suppressed: byUs.suppressed,
        },
      };
    },

    replay: async ({ params }: CallOf<typeof replayDelivery>): Promise<Answer> => {
      const { event, announcement: id, delivery } = params;
      await assertKnown(event, id);
      const sendAgain = await replayer(event, id);
      if (delivery !== 'all') {
        if (await sendAgain(delivery)) return { status: 202, body: { replayed: 1 } };
        throw new Problem('not-found', `There is no failed delivery ${delivery} of this announcement`);
      }
      let replayed = 0;
      for await (const { entries } of own.pages(event, id)) {
        for (const { state, subscriptionId } of entries) {
          if (state === 'failed' && (await sendAgain(subscriptionId))) replayed += 1;
        }
      }
      return { status: 202, body: { replayed } };
    },
  };
};
