import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { cloudEvent } from '../inbox.ts';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { insist, type Receiver } from './receiver.ts';

const confirmation = z.object({
  type: z.literal('io.turnout.subscription.confirm.v1'),
  data: z.object({ url: z.url(), secret: z.string() }),
});
const signed = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
});

const ANSWERED = 204;
const BROKEN = 500;

/** A partner's server that verifies with the reference library of Standard Webhooks. */
export const webhookReceiver = (
  member: Member,
  inboxes: Inboxes,
  confirmed: (member: Member) => void,
): Receiver => {
  let reference: Webhook | undefined;
  const failed = new Set<string>();

  const confirm = async ({ url, secret }: z.output<typeof confirmation>['data']): Promise<void> => {
    reference = new Webhook(secret);
    const body = JSON.stringify({ status: 'confirmed' });
    await insist(url, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
    confirmed(member);
  };

  return {
    member,
    endpoint: (url) => url,
    receive: ({ body, headers, at }) => {
      const text = body.toString('utf8');
      if (!reference) {
        confirm(confirmation.parse(JSON.parse(text)).data).catch((error: unknown) =>
          inboxes.fault(member, String(error)),
        );
        return ANSWERED;
      }
      const envelope = signed.parse(headers);
      const id = envelope['webhook-id'];
      if (member.failsFirst && !failed.has(id)) {
        failed.add(id);
        return BROKEN;
      }
      const { data } = cloudEvent.parse(reference.verify(text, envelope));
      if (!id.startsWith(`${data.announcementId}.${data.edition}.`))
        throw new Error(`webhook-id ${id} of ${data.announcementId} ${data.edition}`);
      inboxes.take(member, { at, ...data });
      return ANSWERED;
    },
  };
};
