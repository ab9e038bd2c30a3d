import { createHash } from 'node:crypto';
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import MailComposer from 'nodemailer/lib/mail-composer';
import { mailPlainText, shownHtml } from '../../../shared/mail/announcement-mail.tsx';
import {
  announcementMail,
  type EventWords,
  type MailContent,
  previewOf,
} from '../../../shared/mail/announcement-text.ts';
import { type MailWords, mailWords } from '../../../shared/mail/words.ts';
import type { Adapter, Parcel, Sent } from '../adapter.ts';
import { written } from '../mail/written.ts';

/*
 * Limits:      the account's own rate, read from SES and shared by the senders that may run at once (`pace`).
 * Sent:        SES took it; what becomes of it is told later, by the tags (functions/mail-events).
 * Final:       SES rejects the message or the address (MessageRejected, BadRequest).
 * Tried again: throttling, paused sending, a domain that is not verified any more, timeouts; no reader is to blame.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */

export interface EmailDeps {
  readonly ses: Pick<SESv2Client, 'send'>;
  /** `Name <address>`; its domain is verified with SES. */
  readonly from: string;
  /** Configuration set by which SES tells what becomes of a mail. */
  readonly events: string;
  /** Of the API: where a person sees, confirms, changes and ends a subscription, and mail programs end it. */
  readonly baseUrl: string;
  /** Of the pages, where an announcement is shown as it stands. */
  readonly pagesUrl: string;
  readonly eventIn: (event: string, language: string) => Promise<EventWords>;
  /** Resolves when the next mail may go. */
  readonly pace: () => Promise<void>;
}

const FINAL = new Set(['MessageRejected', 'BadRequestException']);

/**
 * Joins the editions of an announcement into one thread of the reader's mail program (RFC 5322, 3.6.4): an ancestor that
 * all of them name, and no mail has, since SES puts a Message-ID of its own into every mail.
 * https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
 */
const threadId = ({ event, edition, subscriptionId }: Parcel, domain: string): string =>
  `<${createHash('sha256')
    .update(JSON.stringify([event, edition?.announcementId, subscriptionId]))
    .digest('hex')
    .slice(0, 32)}@${domain}>`;

const tagsOf = ({ event, subscriptionId, edition, bounced }: Parcel) =>
  Object.entries({
    event,
    subscription: subscriptionId,
    ...(edition && { announcement: edition.announcementId, edition: String(edition.edition) }),
    ...(bounced && { bounced: 'true' }),
  }).map(([Name, Value]) => ({ Name, Value }));

const confirmationOf = (
  words: MailWords,
  language: string,
  event: EventWords,
  manageUrl: string,
): MailContent => {
  const title = words.confirmTitle(event.title);
  const body = words.confirmBody(event.title);
  return {
    language,
    subject: title,
    preview: previewOf(body),
    event: event.title,
    title,
    paragraphs: [body],
    button: { title: words.confirmButton, url: manageUrl },
    footer: [words.confirmIgnore],
    links: [],
  };
};

const contentOf = (
  { event: slug, edition, language }: Parcel,
  event: EventWords,
  manageUrl: string,
  pagesUrl: string,
): MailContent =>
  edition
    ? announcementMail(edition, language, event, { manageUrl, pagesUrl: `${pagesUrl}/announcements/${slug}` })
    : confirmationOf(mailWords(language), language, event, manageUrl);

/** Of what is no letter of ASCII, quoted-printable makes three characters an octet, base64 four of any three. */
const isShorterInBase64 = (text: string): boolean => {
  const octets = Buffer.from(text);
  let quoted = 0;
  for (const octet of octets) if (octet > 126 || octet === 61) quoted += 1;
  return 2 * quoted > octets.length / 3;
};

const compose = (deps: EmailDeps, parcel: Parcel, content: MailContent): Buffer => {
  const thread = threadId(parcel, deps.from.replace(/^.*@|>$/g, '') || 'turnout.invalid');
  const html = shownHtml(content, content.whole);
  const mail = new MailComposer({
    from: deps.from,
    to: parcel.endpoint,
    subject: content.subject,
    text: mailPlainText(content),
    html,
    ...(isShorterInBase64(html) && { textEncoding: 'base64' }),
    ...(parcel.edition && { references: thread }),
    ...(parcel.edition && parcel.edition.edition > 1 && { inReplyTo: thread }),
    headers: {
      'Content-Language': content.language,
      'Auto-Submitted': 'auto-generated',
      'X-Turnout-Delivery': parcel.idempotencyKey,
      ...(parcel.edition && {
        'List-Unsubscribe': `<${deps.baseUrl}/v1/subscriptions/${parcel.token}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'List-Id': `<announcements.${parcel.event}.turnout>`,
      }),
    },
  });
  return written(mail.compile());
};

export const emailAdapter =
  (deps: EmailDeps): Adapter =>
  async (parcel): Promise<Sent> => {
    const event = await deps.eventIn(parcel.event, parcel.language);
    const manageUrl = `${deps.baseUrl}/v1/subscriptions/${parcel.token}`;
    const raw = compose(deps, parcel, contentOf(parcel, event, manageUrl, deps.pagesUrl));
    await deps.pace();
    try {
      const { MessageId } = await deps.ses.send(
        new SendEmailCommand({
          FromEmailAddress: deps.from,
          Destination: { ToAddresses: [parcel.endpoint] },
          Content: { Raw: { Data: raw } },
          ConfigurationSetName: deps.events,
          EmailTags: tagsOf(parcel),
        }),
      );
      return { kind: 'sent', messageId: MessageId ?? '' };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      const cause = `SES: ${name}`;
      return FINAL.has(name) ? { kind: 'final', cause } : { kind: 'again', cause, ours: true };
    }
  };
