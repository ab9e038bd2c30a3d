import type * as contract from '../../shared/contract/public-pages.ts';
import { publicView } from '../../shared/domain/announcement-view.ts';
import { type Cursors, ForeignCursorError } from '../../shared/runtime/cursors.ts';
import { validated } from '../../shared/runtime/etag.ts';
import { Page, pageAnswer, pageOf } from '../../shared/runtime/html-page.tsx';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import { UnknownEventError } from '../../shared/store/errors.ts';
import { AnnouncementPage, AnnouncementsPage } from './announcements.tsx';
import { languageFor } from './language.ts';
import { type RoomsDeps, roomsCaching, roomsOf } from './rooms.ts';
import { RoomsPage } from './rooms-page.tsx';
import { wordsFor } from './words/words.ts';

export interface PageDeps extends RoomsDeps {
  readonly cursors: Cursors;
  readonly events: () => Promise<readonly string[]>;
  readonly announcements: Pick<AnnouncementStore, 'get' | 'listPublic'>;
}

const PER_PAGE = 20;
/** The page asks for itself again, s; between two looks it is the same for everybody. */
const LOOK_AGAIN_SECONDS = 30;
const caching = { 'cache-control': 'public, max-age=15', vary: 'accept-language' };

type Headers = Readonly<Record<string, string | undefined>>;

const notFound = (headers: Headers): Answer => {
  const language = languageFor({ languages: ['en', 'zh'] }, undefined, headers['accept-language']);
  const words = wordsFor(language);
  return pageAnswer(
    <Page language={language} title={words.notFound}>
      <h1>{words.notFound}</h1>
      <p>{words.notFoundHelp}</p>
    </Page>,
    404,
  );
};

/** People get a page where a program gets a problem. */
const orNotFound = async (headers: Headers, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownEventError || error instanceof ForeignCursorError) return notFound(headers);
    throw error;
  }
};

const answer = (
  headers: Headers,
  page: Parameters<typeof pageOf>[0],
  more: Record<string, string>,
): Answer => {
  const { text, headers: own } = pageOf(page);
  return validated(headers, text, { ...own, ...caching, ...more });
};

/** To the one event there is, or a choice. */
const ofAny =
  ({ events }: PageDeps, folder: 'announcements' | 'rooms') =>
  async ({ headers }: { readonly headers: Headers }): Promise<Answer> => {
    const [first, ...others] = await events();
    if (first !== undefined && others.length === 0)
      return { status: 302, headers: { location: `/${folder}/${first}`, 'cache-control': 'no-cache' } };
    if (first === undefined) return notFound(headers);
    const language = languageFor({ languages: ['en', 'zh'] }, undefined, headers['accept-language']);
    const { choose } = wordsFor(language);
    return answer(
      headers,
      <Page language={language} title={choose}>
        <h1>{choose}</h1>
        <ul>
          {[first, ...others].map((event) => (
            <li key={event}>
              <a href={`/${folder}/${event}`}>{event}</a>
            </li>
          ))}
        </ul>
      </Page>,
      {},
    );
  };

export const publicPages = (deps: PageDeps) => ({
  announcementsOfAny: ofAny(deps, 'announcements'),
  roomsOfAny: ofAny(deps, 'rooms'),

  announcements: ({ params, query, headers }: CallOf<typeof contract.announcementsPage>): Promise<Answer> =>
    orNotFound(headers, async () => {
      const event = await deps.event(params.event);
      const language = languageFor(event, query.language, headers['accept-language']);
      const kind = query.kind || undefined;
      const { items, nextCursor } = await deps.cursors.page(
        ['announcements page', event.event],
        query.cursor,
        (after) =>
          deps.announcements.listPublic(event.event, {
            limit: PER_PAGE,
            after,
            keep: (view) => (!kind || view.kind === kind) && view.audience.includes(language),
          }),
      );
      const isFirst = query.cursor === undefined;
      return answer(
        headers,
        <AnnouncementsPage
          event={event}
          language={language}
          kind={kind}
          views={items}
          isFirst={isFirst}
          nextCursor={nextCursor}
        />,
        {},
      );
    }),

  announcement: ({ params, query, headers }: CallOf<typeof contract.announcementPage>): Promise<Answer> =>
    orNotFound(headers, async () => {
      const event = await deps.event(params.event);
      const record = await deps.announcements.get(event.event, params.announcement);
      const view = record && publicView(record);
      // The same for what is not out yet and for what never was.
      if (!view) return notFound(headers);
      const language = languageFor(event, query.language, headers['accept-language']);
      return answer(headers, <AnnouncementPage event={event} view={view} language={language} />, {});
    }),

  rooms: ({ params, query, headers }: CallOf<typeof contract.roomsPage>): Promise<Answer> =>
    orNotFound(headers, async () => {
      const rooms = await roomsOf(deps, params.event);
      const language = languageFor(rooms.event, query.language, headers['accept-language']);
      const refresh = { refresh: String(LOOK_AGAIN_SECONDS), ...roomsCaching };
      return answer(headers, <RoomsPage {...rooms} language={language} />, refresh);
    }),
});
