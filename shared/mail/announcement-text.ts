import type { AnnouncementEdition } from '../domain/announcement.ts';
import { textFor } from '../domain/announcement-view.ts';
import { dateTime } from '../domain/date-time.ts';
import { paragraphsOf } from '../domain/paragraphs.ts';
import type { MailText } from './announcement-mail.tsx';
import { mailWords } from './words.ts';

export interface EventWords {
  readonly title: string;
  readonly timeZone: string;
}

export type MailContent = MailText & {
  readonly subject: string;
  /** Where an announcement that is too long for a mail goes on. */
  readonly whole?: MailText['rest'];
};

/** Beside the subject of a mail program's list; more is cut there. */
const PREVIEW_CHARACTERS = 140;
export const previewOf = (text: string): string =>
  [...text.replaceAll(/\s+/g, ' ')].slice(0, PREVIEW_CHARACTERS).join('');

interface Places {
  /** Where a reader changes or ends the subscription. */
  readonly manageUrl: string;
  /** Of the event's announcements. */
  readonly pagesUrl: string;
}

/** What a mail says of an edition, for a reader of a language. */
export const announcementMail = (
  edition: AnnouncementEdition,
  wished: string,
  event: EventWords,
  { manageUrl, pagesUrl }: Places,
): MailContent => {
  const words = mailWords(wished);
  const { language, text } = textFor(edition, wished);
  const { change, announcementId } = edition;
  const retracted = change === 'retracted';
  const remark = retracted ? edition.reason : edition.note;
  const online = `${pagesUrl}/${announcementId}?language=${language}`;
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
    paragraphs: retracted ? [] : paragraphsOf(text.body),
    ...(remark !== null && { remark: { title: retracted ? words.reason : words.note, text: remark } }),
    ...(!retracted && text.url !== undefined && { button: { title: words.more, url: text.url } }),
    whole: { title: words.rest, url: online },
    footer: [words.why(event.title)],
    links: [
      { title: words.online, url: online },
      { title: words.manage, url: manageUrl },
    ],
  };
};
