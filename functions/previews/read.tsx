import type * as contract from '../../shared/contract/previews.ts';
import type { AnnouncementRecord } from '../../shared/domain/announcement.ts';
import { publicView } from '../../shared/domain/announcement-view.ts';
import { directionOf } from '../../shared/domain/text-direction.ts';
import { languageName, Page, Paragraphs, pageAnswer } from '../../shared/runtime/html-page.tsx';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { StoredPreview } from '../../shared/store/announcements/previews.ts';
import { UnknownEventError } from '../../shared/store/errors.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { coarseClient } from './client.ts';
import type { PreviewDeps } from './previews.ts';
import { wordsFor } from './words.ts';

interface Shown {
  readonly event: EventRecord;
  readonly record: AnnouncementRecord;
  readonly publishAt: number;
  readonly preview: StoredPreview;
  readonly now: number;
}

const timeIn = (ms: number, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone,
  }).format(ms);

const Preview = ({ event, record, publishAt, preview, now }: Shown) => {
  const main = record.mainLanguage;
  const words = wordsFor(main);
  const languages = [main, ...Object.keys(record.content).filter((language) => language !== main)];
  return (
    <Page language={main} title={words.until(timeIn(publishAt, main, event.timeZone))}>
      {languages.map((language) => {
        const text = record.content[language];
        const own = wordsFor(language);
        return (
          text && (
            <section
              lang={language}
              dir={directionOf(language)}
              key={language}
              aria-label={languageName(language)}
            >
              <p class="note bad">
                <strong>{own.until(timeIn(publishAt, language, event.timeZone))}</strong> {own.rule}
              </p>
              <h1>{text.title}</h1>
              <Paragraphs text={text.body} />
              {text.url && (
                <p>
                  <a href={text.url} rel="noopener noreferrer">
                    {own.source}
                  </a>
                </p>
              )}
              <p class="note">
                {own.mark(preview.to, timeIn(now, language, event.timeZone))} {own.logged}
              </p>
            </section>
          )
        );
      })}
    </Page>
  );
};

/** Kept by no cache, shown by no search engine, told to no page that it links to. */
const closely = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'cache-control': 'no-store', 'x-robots-tag': 'noindex, noarchive' },
});

/** The same for a link that ended and for one that never was. */
const closed = (acceptLanguage: string | undefined): Answer => {
  const language = /^\s*zh/i.test(acceptLanguage ?? '') ? 'zh' : 'en';
  const words = wordsFor(language);
  return closely(
    pageAnswer(
      <Page language={language} title={words.closed}>
        <h1>{words.closed}</h1>
        <p>{words.closedHelp}</p>
      </Page>,
      404,
    ),
  );
};

const existing = async (work: Promise<EventRecord>): Promise<EventRecord | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnknownEventError) return undefined;
    throw error;
  }
};

/**
 * What a personal link opens: the announcement as it stands now, while it is scheduled. Once it is out, the link leads
 * to the page that everybody reads. The opening is recorded before anything is shown.
 */
export const openPreview =
  ({ event: eventOf, announcements, previews, clock }: PreviewDeps) =>
  async ({ params, headers }: CallOf<typeof contract.previewPage>): Promise<Answer> => {
    const { event: slug, announcement, token } = params;
    const none = closed(headers['accept-language']);
    const event = await existing(eventOf(slug));
    const preview = event && (await previews.find(slug, announcement, token));
    if (!preview || preview.revokedAt !== undefined) return none;
    const now = clock();
    const record = await announcements.get(slug, announcement);
    if (!record) return none;
    if (publicView(record)) {
      return closely({ status: 302, headers: { location: `/announcements/${slug}/${announcement}` } });
    }
    const { state, publishAt } = record;
    const isOver = preview.expiresAt !== null && Date.parse(preview.expiresAt) <= now;
    if (state !== 'scheduled' || publishAt === null || isOver) return none;
    const access = { at: new Date(now).toISOString(), client: coarseClient(headers['user-agent']) };
    if (!(await previews.opened(slug, announcement, preview.previewId, access))) return none;
    return closely(pageAnswer(<Preview event={event} record={record} {...{ publishAt, preview, now }} />));
  };
