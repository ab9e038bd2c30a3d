import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { interestedIn } from '../../shared/domain/subscriber.ts';
import type { EditionTask } from '../../shared/runtime/delivery-queues.ts';
import type { EditionReader } from '../../shared/runtime/edition-reader.ts';
import { gathered } from '../../shared/store/gathered.ts';
import type { Subscriber, SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';

interface Found {
  readonly subscriber: Subscriber | undefined;
  /** There is an edition after it. */
  readonly overtaken: boolean;
}

/** Looks at those of a task whose turn it is, at several of them in one request. */
export const looker = (
  deps: { readonly edition: EditionReader; readonly subscribers: Pick<SubscriberStore, 'many'> },
  { event, announcementId, edition }: EditionTask,
) =>
  gathered(async (subscriptionIds: readonly string[]) => {
    const [found, newer] = await Promise.all([
      deps.subscribers.many(event, subscriptionIds),
      deps.edition(event, announcementId, edition + 1, 0),
    ]);
    const subscribers = new Map(found.map((one) => [one.subscriptionId, one]));
    return (subscriptionId): Found => ({
      subscriber: subscribers.get(subscriptionId),
      overtaken: newer !== undefined,
    });
  });

type Turn =
  | { readonly kind: 'theirs'; readonly subscriber: Subscriber }
  | { readonly kind: 'passed over'; readonly cause: string };
const passedOver = (cause: string): Turn => ({ kind: 'passed over', cause });

/**
 * Whether somebody for whom an edition was planned still gets it when it is their turn.
 * @param isFirst nothing of the announcement was sent to them yet; who was told of it hears how it goes on
 */
export const turnOf = (
  { subscriber, overtaken }: Found,
  edition: AnnouncementEdition,
  isFirst: boolean,
): Turn => {
  if (!subscriber) return passedOver('unsubscribed before it was sent');
  if (subscriber.status !== 'confirmed')
    return passedOver(`stopped before it was sent: ${subscriber.status}`);
  if (overtaken) return passedOver('a later edition was published before it was sent');
  if (isFirst && !interestedIn(subscriber, edition))
    return passedOver('not wanted any more when it was sent');
  return { kind: 'theirs', subscriber };
};
