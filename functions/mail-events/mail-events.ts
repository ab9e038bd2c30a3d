import * as z from 'zod/mini';
import { eachMessage, type Postpone } from '../../shared/runtime/queue-handler.ts';
import type { DeliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import type { Heard } from '../../shared/store/subscribers/delivery-steps.ts';
import type { SubscriberStore } from '../../shared/store/subscribers/subscribers.ts';

export interface MailEventDeps {
  readonly subscribers: Pick<SubscriberStore, 'suppress' | 'noteSoftBounce' | 'forgetSoftBounces'>;
  readonly ledger: Pick<DeliveryLedger, 'hear'>;
  readonly postpone: Postpone;
  readonly clock: () => number;
}

/** Mails in a row that a full or broken mailbox could not take; SES has tried each for hours by then. */
export const MAX_SOFT_BOUNCES = 3;

/** What a mailbox answers to what we wrote, however well it is: another mail may arrive. */
const OF_THE_MAIL = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);

const tag = z.optional(z.tuple([z.string()]));
/**
 * The parts that say what became of whose mail; addresses and headers are not read.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const mailEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    tags: z.object({
      event: z.tuple([z.string()]),
      subscription: z.tuple([z.string()]),
      announcement: tag,
      edition: tag,
      bounced: tag,
    }),
  }),
  bounce: z.optional(z.object({ bounceType: z.string(), bounceSubType: z.string() })),
  complaint: z.optional(z.object({ complaintFeedbackType: z.nullish(z.string()) })),
  reject: z.optional(z.object({ reason: z.string() })),
});
type MailEvent = z.infer<typeof mailEvent>;

/** What an event means for the delivery, in words; undefined for one that was not asked for. */
const meaningOf = ({
  eventType,
  bounce,
  complaint,
  reject,
}: MailEvent): { heard: Heard; cause: string } | undefined => {
  switch (eventType) {
    case 'Delivery':
      return { heard: 'delivered', cause: 'the reader’s mail server took it' };
    case 'Complaint':
      return {
        heard: 'suppressed',
        cause: `complaint: ${complaint?.complaintFeedbackType ?? 'no reason given'}`,
      };
    case 'Reject':
      return { heard: 'failed', cause: `SES rejected it: ${reject?.reason ?? 'no reason given'}` };
    case 'Bounce': {
      const cause = `bounced: ${bounce?.bounceType ?? 'Undetermined'}, ${bounce?.bounceSubType ?? 'Undetermined'}`;
      return { heard: bounce?.bounceType === 'Permanent' ? 'suppressed' : 'failed', cause };
    }
    default:
      return undefined;
  }
};

const hear = async ({ subscribers, ledger, clock }: MailEventDeps, event: MailEvent): Promise<void> => {
  const meaning = meaningOf(event);
  if (!meaning) return;
  const { tags } = event.mail;
  const [slug] = tags.event;
  const [subscriptionId] = tags.subscription;
  // First, so that a crash between both writes cannot leave somebody who complained among the readers.
  if (meaning.heard === 'suppressed') await subscribers.suppress(slug, subscriptionId, clock());
  const [announcementId] = tags.announcement ?? [];
  const edition = Number(tags.edition?.[0]);
  // The request to confirm is in no report.
  if (announcementId === undefined) return;
  const recipient = { event: slug, announcementId, edition, subscriptionId };
  const state = await ledger.hear(recipient, meaning.heard, meaning.cause, clock());
  // Most have nothing to forget: that is known when the mail is sent, and spares each a write.
  if (state === 'delivered' && meaning.heard === 'delivered' && tags.bounced) {
    await subscribers.forgetSoftBounces(slug, subscriptionId);
  }
  const { bounceSubType = '' } = event.bounce ?? {};
  if (event.eventType === 'Bounce' && state === 'failed' && !OF_THE_MAIL.has(bounceSubType)) {
    const count = await subscribers.noteSoftBounce(slug, subscriptionId, `${announcementId}.${edition}`);
    if (count >= MAX_SOFT_BOUNCES) await subscribers.suppress(slug, subscriptionId, clock());
  }
};

/** Takes what SES tells of mails: repeats and any order end the same. */
export const mailEvents = (deps: MailEventDeps) =>
  eachMessage(deps.postpone, 'what became of a mail is read again', (body) =>
    hear(deps, mailEvent.parse(JSON.parse(body))),
  );
