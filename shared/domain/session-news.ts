import type { AnnouncementDraft } from './announcement.ts';
import { textIn } from './text-in.ts';

/** What the public is told of a session by rule: that it is full, that it was moved, that it does not take place. */

type Texts = Readonly<Record<string, string>>;

export interface TalkedOf {
  readonly sessionId: string;
  readonly title: Texts;
  readonly topics: readonly string[];
  readonly venueId: string;
  readonly roomId: string | null;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly cancelled: boolean;
}

interface Places {
  readonly venueId: string;
  readonly title: Texts | string;
  readonly timeZone: string;
  readonly rooms: readonly { readonly roomId: string; readonly title: Texts | string }[];
}

export interface NewsContext {
  /** Of the event, the first of which is required. */
  readonly languages: readonly string[];
  readonly venues: readonly Places[];
}

const en = {
  full: (title: string) => `${title} is full`,
  fullBody: (place: string, at: string) => `All places are taken${place && ` in ${place}`} (as of ${at}).`,
  continues: (title: string, place: string) => `It continues in ${title}${place && ` (${place})`}.`,
  moved: (title: string) => `${title}: new time or place`,
  movedBody: (from: string, place: string) => `Now: ${from}${place && `, ${place}`}.`,
  cancelled: (title: string) => `${title} is cancelled`,
  cancelledBody: (from: string) => `It was planned for ${from} and does not take place.`,
};

const zh: typeof en = {
  full: (title) => `“${title}”已满员`,
  fullBody: (place, at) => `${place}座位已满（截至${at}）。`,
  continues: (title, place) => `请前往“${title}”${place && `（${place}）`}继续参加。`,
  moved: (title) => `“${title}”时间或地点变更`,
  movedBody: (from, place) => `现为：${from}${place && `，${place}`}。`,
  cancelled: (title) => `“${title}”已取消`,
  cancelledBody: (from) => `原定于${from}举行，现已取消。`,
};

/** Languages without words of ours are told in English: better than not at all. */
const wordsFor = (language: string) => (language.split('-')[0] === 'zh' ? zh : en);

const placeOf = ({ venueId, roomId }: TalkedOf, { venues }: NewsContext, language: string): string => {
  const venue = venues.find((each) => each.venueId === venueId);
  const room = venue?.rooms.find((each) => each.roomId === roomId);
  return [room, venue]
    .flatMap((each) => (each ? [textIn(each.title, language)] : []))
    .join(language.startsWith('zh') ? '，' : ', ');
};

const timeOf = (
  ms: number,
  { venueId }: TalkedOf,
  { venues }: NewsContext,
  language: string,
  form: Intl.DateTimeFormatOptions,
): string => {
  const timeZone = venues.find((each) => each.venueId === venueId)?.timeZone ?? 'UTC';
  const spoken = wordsFor(language) === zh ? language : 'en-GB';
  return new Intl.DateTimeFormat(spoken, { ...form, timeZone }).format(ms);
};

const HOUR_AND_DAY = { dateStyle: 'long', timeStyle: 'short' } as const;
const HOUR = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
/** As long as the contract lets a title be. */
const MAX_TITLE = 300;

const notice = (
  { sessionId, topics }: TalkedOf,
  { languages }: NewsContext,
  textFor: (language: string) => { readonly title: string; readonly body: string },
): AnnouncementDraft => ({
  kind: 'notice',
  topics,
  sessionId,
  content: Object.fromEntries(
    languages.map((language) => {
      const { title, body } = textFor(language);
      return [language, { title: title.slice(0, MAX_TITLE).toWellFormed(), body }];
    }),
  ),
});

/** @param at since when, ms; @param elsewhere where there is still room */
export const fullNews = (
  session: TalkedOf,
  elsewhere: TalkedOf | undefined,
  context: NewsContext,
  at: number,
): AnnouncementDraft =>
  notice(session, context, (language) => {
    const words = wordsFor(language);
    const full = words.fullBody(
      placeOf(session, context, language),
      timeOf(at, session, context, language, HOUR),
    );
    const further =
      elsewhere && words.continues(textIn(elsewhere.title, language), placeOf(elsewhere, context, language));
    return {
      title: words.full(textIn(session.title, language)),
      body: further === undefined ? full : `${full}\n\n${further}`,
    };
  });

/** What a change of the programme is to those who meant to come; undefined where it is nothing to them. */
export const changeNews = (
  before: TalkedOf,
  after: TalkedOf,
  context: NewsContext,
): AnnouncementDraft | undefined => {
  if (before.cancelled) return undefined;
  const planned = (session: TalkedOf, language: string) =>
    timeOf(Date.parse(session.startsAt), session, context, language, HOUR_AND_DAY);
  if (after.cancelled) {
    return notice(after, context, (language) => ({
      title: wordsFor(language).cancelled(textIn(after.title, language)),
      body: wordsFor(language).cancelledBody(planned(before, language)),
    }));
  }
  const isSame =
    before.startsAt === after.startsAt && before.venueId === after.venueId && before.roomId === after.roomId;
  if (isSame) return undefined;
  return notice(after, context, (language) => ({
    title: wordsFor(language).moved(textIn(after.title, language)),
    body: wordsFor(language).movedBody(planned(after, language), placeOf(after, context, language)),
  }));
};
