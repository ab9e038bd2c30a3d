import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { actionUrl, type BridgeContext, delaysOf, tokenOf } from './bridge-context.ts';
import type { Subscription } from './fauxqs.ts';
import { isWeb } from './https-carriers.ts';
import { deliver } from './https-delivery.ts';

const confirm = async (context: BridgeContext, subscription: Subscription): Promise<void> => {
  const { arn, topicArn, endpoint } = subscription;
  const Token = tokenOf(context, arn);
  const message = context.signer.sign({
    Type: 'SubscriptionConfirmation',
    MessageId: randomUUID(),
    Token,
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: actionUrl(context, 'ConfirmSubscription', { TopicArn: topicArn, Token }),
    Timestamp: new Date().toISOString(),
  });
  for (const wait of [...delaysOf(context, subscription), undefined]) {
    const outcome = await deliver(endpoint, message, { raw: false });
    if (outcome.kind !== 'failed' || wait === undefined) return;
    await delay(wait * 1000, undefined, { signal: context.stopping, ref: false });
    if (!context.topics.getSubscription(arn) || subscription.confirmed) return;
  }
};

/** Sends the confirmation request of a pending subscription, with retries, one at a time for each. */
export const confirmer = (context: BridgeContext) => {
  const confirming = new Set<string>();
  return (subscription: Subscription): void => {
    const { arn } = subscription;
    if (!isWeb(subscription) || subscription.confirmed || confirming.has(arn)) return;
    confirming.add(arn);
    void confirm(context, subscription)
      .catch(() => undefined)
      .finally(() => confirming.delete(arn));
  };
};
