import { readCloudEvent } from '../inbox.ts';
import { type signatureChecker, snsMessage } from '../sns-signature.ts';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { insist, type Receiver } from './receiver.ts';

/** A webhook that SNS posts to: it confirms and checks every signature. */
export const snsReceiver = (
  member: Member,
  inboxes: Inboxes,
  confirmed: () => void,
  check: ReturnType<typeof signatureChecker>,
): Receiver => ({
  member,
  endpoint: (url) => url,
  receive: async ({ body, at }) => {
    const text = body.toString('utf8');
    const message = snsMessage.parse(JSON.parse(text));
    const wrong = await check(message);
    if (wrong !== null) throw new Error(`${message.Type} ${message.MessageId}: ${wrong}`);
    if (message.Type === 'Notification') {
      inboxes.take(member, { at, takenAt: Date.parse(message.Timestamp), ...readCloudEvent(text).data });
    } else if (message.Type === 'SubscriptionConfirmation') {
      insist(message.SubscribeURL).then(confirmed, (error: unknown) => inboxes.fault(member, String(error)));
    }
    return 200;
  },
});
