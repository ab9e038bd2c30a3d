import type * as z from 'zod/mini';
import { Problem } from '../../shared/contract/problem.ts';
import type * as contract from '../../shared/contract/public-announcements.ts';
import { publicView } from '../../shared/domain/announcement-view.ts';
import type { Cursors } from '../../shared/runtime/cursors.ts';
import { validated, versionTag } from '../../shared/runtime/etag.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import { publicUrl } from '../../shared/runtime/public-url.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import { publicAnnouncement, staffAnnouncement } from '../../shared/store/announcements/answers.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { atomFeed } from './atom.ts';
import { privateCaching, publicCaching, varies } from './caching.ts';
import { type Feed, feedOf, jsonFeed } from './feed.ts';

export interface PublicAnnouncementDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'listAll' | 'listPublic'>;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly cursors: Cursors;
}

interface Request<Query> {
  readonly params: { readonly event: string };
  readonly query: Query;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly principal: Principal;
  readonly path: string;
}
type ListQuery = z.output<NonNullable<(typeof contract.listAnnouncements)['query']>>;
type FeedQuery = z.output<NonNullable<(typeof contract.getJsonFeed)['query']>>;

/** Newest that a feed shows. */
const FEED_ENTRIES = 200;

const mayReadAll = (principal: Principal, event: string): boolean =>
  principal.kind === 'user' &&
  principal.roles.some((role) => role === 'organizer' || role === 'press') &&
  (principal.events?.includes(event) ?? true);

/** A host that is no host name is answered with URLs without one. */
const baseUrlOf = (headers: Request<unknown>['headers']): string => {
  const host = headers['host'] ?? '';
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(host)) return '';
  const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:|$)/.test(host);
  return `${loopback ? 'http' : 'https'}://${host}`;
};

const ifAny = (text: string) => (text === '' ? '' : `?${text}`);

/** The newest of what is out, as a feed. */
const feedAnswer =
  (
    { announcements, event: eventOf }: PublicAnnouncementDeps,
    write: (feed: Feed) => string,
    mediaType: string,
  ) =>
  async ({ params, query, headers, path }: Request<FeedQuery>): Promise<Answer> => {
    const event = await eventOf(params.event);
    const { kind } = query;
    const language = query.language ?? event.languages[0] ?? 'en';
    const { items } = await announcements.listPublic(event.event, {
      limit: FEED_ENTRIES,
      keep: (view) =>
        (!kind || view.kind === kind) && (!query.language || view.audience.includes(query.language)),
    });
    const baseUrl = baseUrlOf(headers);
    const parameters = new URLSearchParams({ ...(query.language && { language }), ...(kind && { kind }) });
    const text = write(
      feedOf({
        event: event.event,
        title: event.title[language] ?? Object.values(event.title)[0] ?? event.event,
        baseUrl,
        idBase: publicUrl(),
        selfUrl: `${baseUrl}${path}${ifAny(parameters.toString())}`,
        language,
        asked: query,
        views: items,
      }),
    );
    return validated(headers, text, { ...publicCaching, 'content-type': mediaType });
  };

export const publicAnnouncements = (deps: PublicAnnouncementDeps) => {
  const { announcements, event: eventOf, cursors } = deps;
  return {
    list: async ({ params, query, headers, principal }: Request<ListQuery>): Promise<Answer> => {
      const { event } = await eventOf(params.event);
      const { language, kind, state, limit, cursor } = query;
      const wanted = (item: { kind: string; state: string }) =>
        (!kind || item.kind === kind) && (!state || item.state === state);
      const json = (page: object) => JSON.stringify(page);
      if (mayReadAll(principal, event)) {
        const { items, ...next } = await cursors.page(['announcements', event], cursor, (after) =>
          announcements.listAll(event, {
            limit,
            after,
            keep: (item) =>
              wanted(item) && (!language || language in item.content || item.audience.includes(language)),
          }),
        );
        return validated(
          headers,
          json({ items: items.map((item) => staffAnnouncement(item, language)), ...next }),
          {
            ...privateCaching,
            ...varies,
            'content-type': 'application/json',
          },
        );
      }
      const { items, ...next } = await cursors.page(['published announcements', event], cursor, (after) =>
        announcements.listPublic(event, {
          limit,
          after,
          keep: (item) => wanted(item) && (!language || item.audience.includes(language)),
        }),
      );
      return validated(
        headers,
        json({ items: items.map((item) => publicAnnouncement(item, language)), ...next }),
        {
          ...publicCaching,
          ...varies,
          'content-type': 'application/json',
        },
      );
    },

    get: async ({
      params,
      query: { language },
      headers,
      principal,
    }: Request<{ language?: string | undefined }> & {
      params: { announcement: string };
    }): Promise<Answer> => {
      const { event, announcement: id } = params;
      const record = await announcements.get(event, id);
      const json = { ...varies, 'content-type': 'application/json' };
      if (record && mayReadAll(principal, event)) {
        const text = JSON.stringify(staffAnnouncement(record, language));
        // The version: what If-Match of a change wants.
        return validated(headers, text, { ...privateCaching, ...json }, versionTag(record.version));
      }
      const view = record && publicView(record);
      // The same answer for what is not out yet and for what never was.
      if (!view) throw new Problem('not-found', `There is no announcement ${id}`);
      const text = JSON.stringify(publicAnnouncement(view, language));
      return validated(headers, text, { ...publicCaching, ...json });
    },

    jsonFeed: feedAnswer(deps, jsonFeed, 'application/feed+json'),
    atomFeed: feedAnswer(deps, atomFeed, 'application/atom+xml; charset=utf-8'),
  };
};
