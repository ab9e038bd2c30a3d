import { kindNames } from '../domain/kind-names.ts';

/** What mails say around the announcement itself. A language without words of its own gets English. */
export interface MailWords {
  readonly kinds: Readonly<Record<string, string>>;
  readonly corrected: string;
  readonly retracted: string;
  /** A subject that says that it is no longer what it was. */
  readonly subject: (mark: string, title: string) => string;
  readonly reason: string;
  readonly note: string;
  readonly more: string;
  /** Behind a text that is too long for a mail. */
  readonly rest: string;
  /** Instead of the text that is withdrawn. */
  readonly withdrawn: string;
  readonly online: string;
  readonly manage: string;
  readonly why: (event: string) => string;
  readonly confirmTitle: (event: string) => string;
  readonly confirmBody: (event: string) => string;
  readonly confirmButton: string;
  readonly confirmIgnore: string;
}

const en: MailWords = {
  kinds: kindNames.en,
  corrected: 'Corrected',
  retracted: 'Retracted',
  subject: (mark, title) => `${mark}: ${title}`,
  reason: 'Why it was retracted',
  note: 'What was corrected',
  more: 'Read more',
  rest: 'Read on: the whole text on the web',
  withdrawn: 'This announcement is withdrawn. Please do not use it any more.',
  online: 'This announcement on the web, as it stands now',
  manage: 'Change or end this subscription',
  why: (event) => `You get this mail because this address is subscribed to the announcements of ${event}.`,
  confirmTitle: (event) => `Confirm: announcements of ${event}`,
  confirmBody: (event) =>
    `Somebody, probably you, asked for the announcements of ${event} to be sent to this address. Nothing is sent until you confirm.`,
  confirmButton: 'See and confirm the subscription',
  confirmIgnore: 'If it was not you, do nothing: the request is forgotten after two days.',
};

const zh: MailWords = {
  kinds: kindNames.zh,
  corrected: '已更正',
  retracted: '已撤回',
  subject: (mark, title) => `${mark}：${title}`,
  reason: '撤回原因',
  note: '更正说明',
  more: '阅读全文',
  rest: '在网页上阅读全文',
  withdrawn: '该公告已撤回，请勿再使用。',
  online: '在网页上查看此公告的最新状态',
  manage: '更改或取消订阅',
  why: (event) => `您收到此邮件，是因为该邮箱订阅了“${event}”的公告。`,
  confirmTitle: (event) => `请确认订阅：${event}公告`,
  confirmBody: (event) =>
    `有人（可能是您）申请将“${event}”的公告发送到此邮箱。在您确认之前，我们不会发送任何公告。`,
  confirmButton: '查看并确认订阅',
  confirmIgnore: '如果不是您本人操作，无需处理，该申请将在两天后自动删除。',
};

const words: Readonly<Record<string, MailWords>> = { en, zh };

export const mailWords = (language: string): MailWords => words[language.split('-')[0] ?? ''] ?? en;
