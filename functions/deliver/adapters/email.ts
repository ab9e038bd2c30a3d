import { createHash } from 'node:crypto';
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import MailComposer from 'nodemailer/lib/mail-composer';
import { textFor } from '../../../shared/domain/announcement-view.ts';
import { dateTime } from '../../../shared/domain/date-time.ts';
import type { Adapter, Parcel, Sent } from '../adapter.ts';
import { type MailText, mailHtml, mailPlainText } from '../mail/announcement-mail.tsx';
import { type MailWords, mailWords } from '../mail/words.ts';

/*
 * Limits:      the account's own rate, read from SES and shared by the senders that may run at once (`pace`).
 * Sent:        SES took it; what becomes of it is told later, by the tags (functions/mail-events).
 * Final:       SES rejects the message or the address (MessageRejected, BadRequest).
 * Tried again: throttling, paused sending, timeouts.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */

export interface EventWords {
  readonly title: string;
  readonly timeZone: string;
}

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

const FINAL = new Set(['MessageRejected', 'BadRequestException', 'MailFromDomainNotVerifiedException']);

/** Joins the editions of an announcement into one thread of the reader's mail program (RFC 5322, 3.6.4). */
const threadId = ({ event, edition, subscriptionId }: Parcel, domain: string): string =>
  `<${createHash('sha256')
    .update(JSON.stringify([event, edition?.announcementId ?? 'confirm', subscriptionId]))
    .digest('hex')
    .slice(0, 32)}@${domain}>`;

const tagsOf = ({ event, subscriptionId, edition }: Parcel) =>
  Object.entries({
    event,
    subscription: subscriptionId,
    ...(edition && { announcement: edition.announcementId, edition: String(edition.edition) }),
  }).map(([Name, Value]) => ({ Name, Value }));

/** Beside the subject of a mail program's list; more is cut there. */
const PREVIEW_CHARACTERS = 140;
const previewOf = (text: string): string =>
  [...text.replaceAll(/\s+/g, ' ')].slice(0, PREVIEW_CHARACTERS).join('');

type MailContent = MailText & { readonly subject: string };

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
  { event: slug, edition, language: wished }: Parcel,
  event: EventWords,
  manageUrl: string,
  pagesUrl: string,
): MailContent => {
  const words = mailWords(wished);
  if (!edition) return confirmationOf(words, wished, event, manageUrl);
  const { language, text } = textFor(edition, wished);
  const { change, announcementId } = edition;
  const retracted = change === 'retracted';
  const remark = retracted ? edition.reason : edition.note;
  const mark = change === 'published' ? undefined : { tone: change, title: words[change] };
  return {
    language,
    // The same but for the label in every edition: mail programs thread by the subject, too.
    subject: mark ? words.subject(mark.title, text.title) : text.title,
    preview: previewOf(remark ?? text.body),
    event: event.title,
    facts: `${words.kinds[edition.kind] ?? edition.kind} · ${dateTime(edition.at, language, event.timeZone)}`,
    mark,
    title: text.title,
    ...(retracted && { withdrawn: words.withdrawn }),
    paragraphs: retracted ? [] : text.body.split(/\n{2,}/),
    ...(remark !== null && { remark: { title: retracted ? words.reason : words.note, text: remark } }),
    ...(!retracted && text.url !== undefined && { button: { title: words.more, url: text.url } }),
    footer: [words.why(event.title)],
    links: [
      {
        title: words.online,
        url: `${pagesUrl}/announcements/${slug}/${announcementId}?language=${language}`,
      },
      { title: words.manage, url: manageUrl },
    ],
  };
};

const compose = (deps: EmailDeps, parcel: Parcel, content: MailContent): Promise<Buffer> => {
  const thread = threadId(parcel, deps.from.replace(/^.*@|>$/g, '') || 'turnout.invalid');
  const first = (parcel.edition?.edition ?? 1) === 1;
  return new MailComposer({
    // Without it, line feeds stand alone in what is encoded: no mail may have such (RFC 5322, 2.3).
    newline: 'windows',
    from: deps.from,
    to: parcel.endpoint,
    subject: content.subject,
    text: mailPlainText(content),
    html: mailHtml(content),
    ...(first ? { messageId: thread } : { references: thread, inReplyTo: thread }),
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
  })
    .compile()
    .build();
};

export const emailAdapter =
  (deps: EmailDeps): Adapter =>
  async (parcel): Promise<Sent> => {
    const event = await deps.eventIn(parcel.event, parcel.language);
    const manageUrl = `${deps.baseUrl}/v1/subscriptions/${parcel.token}`;
    const raw = await compose(deps, parcel, contentOf(parcel, event, manageUrl, deps.pagesUrl));
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
      return { kind: FINAL.has(name) ? 'final' : 'again', cause: name };
    }
  };
