import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { actionUrl, type BridgeContext, delaysOf } from './bridge-context.ts';
import type { Queue, QueueMessage, Subscription } from './fauxqs.ts';
import { deliver } from './https-delivery.ts';

const envelope = z.looseObject({
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
});
const redrive = z.object({ deadLetterTargetArn: z.string() });

const text = (value: string) => ({ DataType: 'String', StringValue: value.slice(0, 1_000) });

/** Puts a message where the subscription's redrive policy says, as SNS does. */
const giveUp = (
  context: BridgeContext,
  subscription: Subscription,
  message: QueueMessage,
  code: string,
  detail: string,
): void => {
  const policy = subscription.attributes['RedrivePolicy'];
  const target = policy ? redrive.safeParse(JSON.parse(policy)).data?.deadLetterTargetArn : undefined;
  const deadLetters = target ? context.queues.getQueueByArn(target) : undefined;
  context.report(
    `${subscription.endpoint}: given up (${detail})${deadLetters ? `, kept in ${deadLetters.name}` : ''}`,
  );
  deadLetters?.enqueue(
    context.newMessage(message.Body, {
      RequestID: text(randomUUID()),
      ErrorCode: text(code),
      ErrorMessage: text(detail),
    }),
  );
};

/** One try of one message; what failed comes back after the wait of its policy, or is given up. */
export const postMessage = async (
  context: BridgeContext,
  subscription: Subscription,
  queue: Queue,
  received: QueueMessage,
): Promise<void> => {
  const attempts = queue.inflightMessages.get(received.ReceiptHandle)?.message.approximateReceiveCount ?? 1;
  const { SignatureVersion, Signature, SigningCertURL, UnsubscribeURL, ...fields } = envelope.parse(
    JSON.parse(received.Body),
  );
  const outcome = await deliver(
    subscription.endpoint,
    context.signer.sign({
      ...fields,
      Type: 'Notification',
      UnsubscribeURL: actionUrl(context, 'Unsubscribe', { SubscriptionArn: subscription.arn }),
    }),
    { subscriptionArn: subscription.arn, raw: subscription.attributes['RawMessageDelivery'] === 'true' },
  );
  if (context.stopping.aborted && outcome.kind !== 'delivered') return;
  const wait = delaysOf(context, subscription)[attempts - 1];
  if (outcome.kind === 'failed' && wait !== undefined) {
    queue.changeVisibility(received.ReceiptHandle, wait);
    return;
  }
  if (outcome.kind !== 'delivered') giveUp(context, subscription, received, outcome.code, outcome.detail);
  queue.deleteMessage(received.ReceiptHandle);
};
