import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { type OwnChannel, signingVersions, waitAfter } from '../../shared/domain/subscriber.ts';
import {
  type DeliveryQueues,
  type DeliveryTask,
  deliveryTask,
  type EditionTask,
  MAX_RECIPIENTS,
} from '../../shared/runtime/delivery-queues.ts';
import type { EditionReader } from '../../shared/runtime/edition-reader.ts';
import { log } from '../../shared/runtime/log.ts';
import { eachMessage, type Postpone } from '../../shared/runtime/queue-handler.ts';
import type { SubscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { DeliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { CLAIM_MS, type DeliveryResult } from '../../shared/store/subscribers/delivery-steps.ts';
import { CONFIRMATION } from '../../shared/store/subscribers/keys.ts';
import type { Subscriber, SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import type { Adapter, Parcel, Sent } from './adapter.ts';
import { looker, turnOf } from './turn.ts';

export interface DeliverDeps {
  readonly edition: EditionReader;
  readonly subscribers: Pick<SubscriberStore, 'many' | 'change' | 'suppress'>;
  readonly ledger: Pick<DeliveryLedger, 'claim' | 'settle'>;
  readonly queues: Pick<DeliveryQueues, 'send'>;
  readonly postpone: Postpone;
  readonly keys: () => Promise<SubscriberKeys>;
  readonly adapters: Readonly<Partial<Record<OwnChannel, Adapter>>>;
  readonly clock: () => number;
  /** 0 to 1. */
  readonly spread: () => number;
}

/** Sends of one task at once: SES answers all alike, a webhook that hangs must not hold up its neighbours. */
const CONCURRENCY = { email: 5, webhook: MAX_RECIPIENTS, push: MAX_RECIPIENTS } as const satisfies Record<
  OwnChannel,
  number
>;
/** Whoever cannot be reached by then may ask again. */
const MAX_CONFIRMATIONS = 3;

const parcelOf = (
  keys: SubscriberKeys,
  event: string,
  subscriber: Subscriber,
  edition: AnnouncementEdition | null,
  now: number,
): Parcel => {
  const { subscriptionId, channel, language } = subscriber;
  return {
    event,
    subscriptionId,
    endpoint: keys.open(subscriber.endpoint, subscriptionId),
    language,
    token: keys.tokenOf({ event, subscriptionId }),
    bounced: subscriber.softBounces !== undefined,
    secrets:
      channel === 'webhook'
        ? signingVersions(subscriber, now).map((version) =>
            keys.webhookSecret(event, subscriptionId, version),
          )
        : [],
    edition,
    idempotencyKey: edition
      ? `${edition.announcementId}.${edition.edition}.${subscriptionId}`
      : `confirm.${subscriptionId}.${subscriber.askedAt}`,
  };
};

const send = async (
  deps: DeliverDeps,
  { event, channel }: DeliveryTask,
  subscriber: Subscriber,
  edition: AnnouncementEdition | null,
): Promise<Sent> => {
  const adapter = deps.adapters[channel];
  if (!adapter) return { kind: 'final', cause: 'this deployment does not send by this channel' };
  try {
    return await adapter(parcelOf(await deps.keys(), event, subscriber, edition, deps.clock()));
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    return { kind: 'again', cause: `on our side: ${name}`, ours: true };
  }
};

/** What is to be recorded of a try, and the wait before the next one where there is one. */
const resultOf = (
  sent: Sent,
  attempt: number,
  ours: boolean,
  spread: number,
): { result: DeliveryResult; waitMs?: number } => {
  switch (sent.kind) {
    case 'sent':
      return { result: { state: 'sent', messageId: sent.messageId } };
    case 'gone':
      return { result: { state: 'suppressed', cause: sent.cause } };
    case 'final':
      return { result: { state: 'failed', cause: sent.cause } };
    case 'again': {
      const waitMs = waitAfter(attempt, spread);
      const end = ours ? 'given up after three days, the subscription stays' : 'disabled after three days';
      return waitMs === undefined
        ? { result: { state: 'failed', cause: `${sent.cause}; ${end}` } }
        : { result: { state: 'again', cause: sent.cause }, waitMs };
    }
  }
};

interface Again {
  readonly waitMs: number;
  readonly ours?: true | undefined;
}
/** Somebody else has it, or a table of ours was out of reach. */
const SOON: Again = { waitMs: CLAIM_MS };

/** @returns when to try again; undefined when there is nothing left to do */
const deliverOne = async (
  deps: DeliverDeps,
  task: EditionTask,
  edition: AnnouncementEdition,
  subscriptionId: string,
  look: ReturnType<typeof looker>,
): Promise<Again | undefined> => {
  const { event, announcementId, attempt, channel } = task;
  const recipient = { event, announcementId, edition: edition.edition, subscriptionId };
  const claim = await deps.ledger.claim(recipient, channel, deps.clock());
  if (claim === 'done') return undefined;
  if (claim === 'busy') return SOON;
  // After the claim: an edition that is published later is planned later, and finds in the ledger who gets this one.
  const isFirst = claim === 'claimed';
  const turn = turnOf(await look(subscriptionId), edition, isFirst);
  if (turn.kind === 'passed over') {
    const { cause } = turn;
    await deps.ledger.settle(recipient, { state: 'suppressed', cause, untried: isFirst }, deps.clock());
    return undefined;
  }
  const sent = await send(deps, task, turn.subscriber, edition);
  const ours = task.ours ?? (sent.kind === 'again' ? sent.ours : undefined);
  const { result, waitMs } = resultOf(sent, attempt, ours === true, deps.spread());
  // When this write fails, the claim runs out and it is sent again with the same key: twice is better than never.
  await deps.ledger.settle(recipient, result, deps.clock());
  if (sent.kind === 'gone') {
    await deps.subscribers.suppress(event, subscriptionId, deps.clock());
  } else if (sent.kind === 'again' && waitMs === undefined && !ours) {
    await deps.subscribers.change(event, subscriptionId, { status: 'disabled' });
    log.warn('a subscriber is disabled: every try of three days failed', { subscriptionId });
  }
  return waitMs === undefined ? undefined : { waitMs, ours };
};

const deliverEdition = async (deps: DeliverDeps, task: EditionTask): Promise<DeliveryTask[]> => {
  const edition = await deps.edition(task.event, task.announcementId, task.edition);
  if (!edition) {
    log.error('an edition that is not stored', {
      announcementId: task.announcementId,
      edition: task.edition,
    });
    return [];
  }
  const next: DeliveryTask[] = [];
  const look = looker(deps, task);
  await forEachOf(
    task.subscriptionIds,
    async (subscriptionId) => {
      const again = await deliverOne(deps, task, edition, subscriptionId, look).catch((error: unknown) => {
        log.warn('a delivery is tried again', { error: error instanceof Error ? error.name : 'unknown' });
        return SOON;
      });
      if (again === undefined) return;
      next.push({
        ...task,
        ...(again.ours && { ours: again.ours }),
        subscriptionIds: [subscriptionId],
        attempt: again === SOON ? task.attempt : task.attempt + 1,
        notBefore: deps.clock() + again.waitMs,
      });
    },
    CONCURRENCY[task.channel],
  );
  return next;
};

/** Asks an endpoint once for each time that somebody asked for it, however often the queue brings it. */
const confirm = async (
  deps: DeliverDeps,
  task: Extract<DeliveryTask, { kind: 'confirmation' }>,
): Promise<DeliveryTask[]> => {
  const { event, channel, subscriptionId, attempt } = task;
  // Asked within the hour already, or confirmed long ago.
  if (attempt === 0) return [];
  const [subscriber] = await deps.subscribers.many(event, [subscriptionId]);
  if (subscriber?.status !== 'pending') return [];
  const recipient = { event, announcementId: CONFIRMATION, edition: subscriber.askedAt, subscriptionId };
  const claim = await deps.ledger.claim(recipient, channel, deps.clock());
  if (claim === 'done') return [];
  if (claim === 'busy') return [{ ...task, notBefore: deps.clock() + CLAIM_MS }];
  const sent = await send(deps, task, subscriber, null);
  const { result, waitMs } = resultOf(sent, attempt, true, deps.spread());
  const last = waitMs === undefined || attempt >= MAX_CONFIRMATIONS;
  await deps.ledger.settle(recipient, result, deps.clock());
  return last ? [] : [{ ...task, attempt: attempt + 1, notBefore: deps.clock() + waitMs }];
};

const perform = async (deps: DeliverDeps, task: DeliveryTask): Promise<DeliveryTask[]> => {
  if (task.notBefore > deps.clock()) return [task];
  return task.kind === 'edition' ? deliverEdition(deps, task) : confirm(deps, task);
};

/** Sends what is on a channel's queue; what failed goes back to it with the delay of its next try. */
export const deliver = (deps: DeliverDeps) =>
  eachMessage(deps.postpone, 'a delivery task goes back to its queue', async (body) => {
    const next = await perform(deps, deliveryTask.parse(JSON.parse(body)));
    await deps.queues.send(next, deps.clock());
  });
