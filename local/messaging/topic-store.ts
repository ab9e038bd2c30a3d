import * as z from 'zod';
import type { TopicStore } from './fauxqs.ts';
import { isHidden } from './https-carriers.ts';

/**
 * fauxqs compares a String.Array attribute as the text that it is sent as; SNS looks into the array. A text that is
 * to be matched exactly therefore matches as an element of the array too.
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
const matchingInArrays = (policy: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(policy))).map(([name, conditions]) => [
      name,
      Array.isArray(conditions)
        ? conditions.flatMap((one) =>
            typeof one === 'string' ? [one, { wildcard: `*${JSON.stringify(one)}*` }] : [one],
          )
        : conditions,
    ]),
  );

/** The bridge's own subscriptions are nobody's business. */
export const hideCarriers = (SnsStore: new () => TopicStore): TopicStore => {
  class Topics extends SnsStore {
    override getSubscription(arn: string) {
      const found = super.getSubscription(arn);
      const policy = found?.attributes['FilterPolicy'];
      if (found && policy && found.attributes['FilterPolicyScope'] !== 'MessageBody') {
        found.parsedFilterPolicy ??= matchingInArrays(policy);
      }
      return found;
    }
    override listSubscriptions(token?: string) {
      const page = super.listSubscriptions(token);
      return { ...page, subscriptions: page.subscriptions.filter((found) => !isHidden(found)) };
    }
    override listSubscriptionsByTopic(arn: string, token?: string) {
      const page = super.listSubscriptionsByTopic(arn, token);
      return { ...page, subscriptions: page.subscriptions.filter((found) => !isHidden(found)) };
    }
  }
  return new Topics();
};
