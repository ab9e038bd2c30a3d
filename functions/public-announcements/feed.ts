import { type PublicView, textFor } from '../../shared/domain/announcement-view.ts';

/** What both feed formats say. Times are RFC 3339. */
export interface Feed {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly homeUrl: string;
  readonly selfUrl: string;
  readonly updated: string;
  readonly entries: readonly FeedEntry[];
}

export interface FeedEntry {
  readonly id: string;
  readonly url: string;
  /** Where the outcome itself is to be found. */
  readonly externalUrl: string | undefined;
  readonly language: string;
  readonly title: string;
  readonly text: string;
  readonly published: string;
  readonly updated: string;
  readonly categories: readonly string[];
}

export interface FeedOf {
  readonly event: string;
  readonly title: string;
  readonly baseUrl: string;
  /** What the ids of entries begin with; readers keep them. */
  readonly idBase: string;
  readonly selfUrl: string;
  readonly language: string;
  /** Whether the reader asked for this language, or got it for want of another. */
  readonly asked: { readonly language?: string | undefined; readonly kind?: string | undefined };
  readonly views: readonly PublicView[];
}

const labels = {
  en: { corrected: 'Correction', retracted: 'Retracted' },
  zh: { corrected: '更正', retracted: '已撤回' },
} as const;
const labelsOf = (language: string) => (language.startsWith('zh') ? labels.zh : labels.en);

const iso = (ms: number) => new Date(ms).toISOString();

/** Readers key entries by id: one announcement in one language stays one entry through all its editions. */
const entryOf = (
  view: PublicView,
  { event, baseUrl, idBase, language: wanted, asked }: FeedOf,
): FeedEntry => {
  const { language, text } = textFor(view, wanted);
  const label = labelsOf(language);
  const url = `${baseUrl}/v1/events/${event}/announcements/${view.announcementId}`;
  return {
    id: `${idBase}/v1/events/${event}/announcements/${view.announcementId}${asked.language ? `/${asked.language}` : ''}`,
    url,
    externalUrl: text.url,
    language,
    title: view.state === 'retracted' ? `${label.retracted}: ${text.title}` : text.title,
    text:
      view.state === 'retracted'
        ? (view.reason ?? '')
        : [text.body, view.note && `${label.corrected}: ${view.note}`].filter(Boolean).join('\n\n'),
    published: iso(view.publishedAt),
    updated: iso(view.updatedAt),
    categories: [view.kind, ...view.topics, ...(view.state === 'published' ? [] : [view.state])],
  };
};

export const feedOf = (of: FeedOf): Feed => {
  const filter = [of.asked.language, of.asked.kind].filter(Boolean).join('/');
  return {
    id: `${of.idBase}/v1/events/${of.event}/announcements${filter && `?${filter}`}`,
    title: of.title,
    language: of.language,
    homeUrl: `${of.baseUrl}/v1/events/${of.event}/announcements`,
    selfUrl: of.selfUrl,
    updated: iso(Math.max(0, ...of.views.map(({ updatedAt }) => updatedAt))),
    entries: of.views.map((view) => entryOf(view, of)),
  };
};

/** https://www.jsonfeed.org/version/1.1/ */
export const jsonFeed = (feed: Feed): string =>
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.homeUrl,
    feed_url: feed.selfUrl,
    language: feed.language,
    items: feed.entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      ...(entry.externalUrl !== undefined && { external_url: entry.externalUrl }),
      title: entry.title,
      content_text: entry.text,
      date_published: entry.published,
      date_modified: entry.updated,
      language: entry.language,
      tags: entry.categories,
    })),
  });
