import { type OwnChannel, ownChannels } from '../../shared/domain/subscriber.ts';
import type { LedgerEntry } from '../../shared/store/announcements/ledger.ts';
import type { DeliveryEntry, DeliveryPlan } from '../../shared/store/subscribers/delivery-ledger.ts';
import { deliveryStates } from '../../shared/store/subscribers/delivery-steps.ts';

/** More failures than this are counted, not listed. */
export const MAX_FAILURES = 200;

export interface Failure {
  readonly deliveryId: string | null;
  readonly protocol: string;
  readonly edition: number;
  readonly language: string | null;
  readonly detail: string;
  readonly at: string;
}

const iso = (ms: number) => new Date(ms).toISOString();
interface CauseCount {
  readonly protocol: string;
  readonly state: 'failed' | 'suppressed' | 'again';
  readonly cause: string;
  readonly count: number;
}
/** More causes than this are added up as one: an endpoint may answer anything. */
const MAX_CAUSES = 50;
const OTHER = 'other causes';

/** Counts causes; memory does not grow with their number. */
const causeCounter = () => {
  const counts = new Map<string, CauseCount>();
  return {
    add: (protocol: string, state: CauseCount['state'], told: string): void => {
      const known = counts.has(`${protocol} ${state} ${told}`) || counts.size < MAX_CAUSES;
      const cause = known ? told : OTHER;
      const key = `${protocol} ${state} ${cause}`;
      counts.set(key, { protocol, state, cause, count: (counts.get(key)?.count ?? 0) + 1 });
    },
    /** The most frequent first. */
    total: () => [...counts.values()].toSorted((a, b) => b.count - a.count || a.cause.localeCompare(b.cause)),
  };
};

const withPlan = (cause: string | undefined, again: boolean): string =>
  `${cause ?? 'unknown'}${again ? '; it is being tried again' : ''}`;

/** SNS fans every message out to both kinds of subscribers: what it accepted, it accepted for both. */
export const snsReport = (entries: readonly LedgerEntry[], expected: number) => {
  const sent = entries.filter(({ state }) => state === 'sent').length;
  const failed = entries.filter(({ state }) => state === 'failed').length;
  const counts = {
    addressed: expected,
    sent,
    delivered: null,
    failed,
    pending: expected - sent - failed,
    suppressed: 0,
  };
  return {
    protocols: (['https', 'sqs'] as const).map((protocol) => ({
      protocol,
      basis: 'accepted-by-sns' as const,
      ...counts,
    })),
    failures: entries
      .filter(({ state }) => state === 'failed' || state === 'retry')
      .map(
        ({ edition, language, detail, at, state }): Failure => ({
          deliveryId: null,
          protocol: 'sns',
          edition,
          language,
          detail: withPlan(detail, state === 'retry'),
          at: iso(at),
        }),
      ),
  };
};

/** A webhook's answer means that the message arrived, SES tells it afterwards, and a push service never does. */
const ARRIVED: Readonly<Record<OwnChannel, 'sent' | 'delivered' | null>> = {
  email: 'delivered',
  webhook: 'sent',
  push: null,
};

/** Adds up pages of our own ledger; memory does not grow with the number of subscribers. */
export const ownReport = () => {
  const states = new Map<string, number>();
  const plans: DeliveryPlan[] = [];
  const failures: Failure[] = [];
  const suppressed: Failure[] = [];
  const causes = causeCounter();
  let failureCount = 0;
  let newest = 0;
  const key = (channel: string, edition: number, state: string) => `${channel} ${edition} ${state}`;
  const count = (channel: string, state: string) => states.get(key(channel, newest, state)) ?? 0;

  return {
    add: (page: {
      readonly entries: readonly DeliveryEntry[];
      readonly plans: readonly DeliveryPlan[];
    }): void => {
      plans.push(...page.plans);
      newest = Math.max(newest, ...page.plans.map(({ edition }) => edition));
      for (const { channel, edition, state, cause, at, subscriptionId } of page.entries) {
        const counted = key(channel, edition, state);
        states.set(counted, (states.get(counted) ?? 0) + 1);
        if (state !== 'failed' && state !== 'again' && state !== 'suppressed') continue;
        causes.add(channel, state, cause ?? 'unknown');
        const list = state === 'suppressed' ? suppressed : failures;
        if (state !== 'suppressed') failureCount += 1;
        if (list.length >= MAX_FAILURES) continue;
        list.push({
          deliveryId: state === 'failed' ? subscriptionId : null,
          protocol: channel,
          edition,
          language: null,
          detail: withPlan(cause, state === 'again'),
          at: iso(at),
        });
      }
    },

    total: () => ({
      protocols: ownChannels.map((channel) => {
        const planned = plans
          .filter(({ edition }) => edition === newest)
          .reduce((sum, plan) => sum + (plan.addressed[channel] ?? 0), 0);
        const tried = deliveryStates.reduce((sum, state) => sum + count(channel, state), 0);
        // Whom a failed edition is sent again to gets the newest, which may not have been planned for them.
        const addressed = Math.max(planned, tried);
        const sent = count(channel, 'sent') + count(channel, 'delivered');
        const arrived = ARRIVED[channel];
        const failed = count(channel, 'failed');
        const stopped = count(channel, 'suppressed');
        return {
          protocol: channel,
          basis: 'subscribers' as const,
          addressed,
          sent,
          delivered: arrived && count(channel, arrived),
          failed,
          pending: Math.max(0, addressed - sent - failed - stopped),
          suppressed: stopped,
        };
      }),
      causes: causes.total(),
      failures,
      failureCount,
      suppressed,
    }),
  };
};
