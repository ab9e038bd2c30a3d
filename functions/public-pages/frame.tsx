import type { ComponentChildren } from 'preact';
import { textIn } from '../../shared/domain/text-in.ts';
import { languageName, Page } from '../../shared/runtime/html-page.tsx';
import { publicUrl } from '../../shared/runtime/public-url.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { wordsFor } from './words/words.ts';

interface FrameProps {
  readonly event: EventRecord;
  readonly language: string;
  /** Of this page, from the root. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'website' | 'article';
  readonly children: ComponentChildren;
}

/** What every public page of an event has: where it is, in which languages, and what others show of it. */
export const Frame = ({ event, language, path, title, description, type, children }: FrameProps) => {
  const words = wordsFor(language);
  const name = textIn(event.title, language);
  const url = `${publicUrl()}${path}`;
  const feed = `/v1/events/${event.event}/announcements/feed`;
  return (
    <Page
      language={language}
      title={title === name ? name : `${title} · ${name}`}
      head={
        <>
          <meta name="description" content={description} />
          <link rel="canonical" href={url} />
          {event.languages.map((each) => (
            <link key={each} rel="alternate" hreflang={each} href={`${url}?language=${each}`} />
          ))}
          <link rel="alternate" type="application/atom+xml" href={`${feed}.atom?language=${language}`} />
          <link rel="alternate" type="application/feed+json" href={`${feed}.json?language=${language}`} />
          <meta property="og:title" content={title} />
          <meta property="og:description" content={description} />
          <meta property="og:type" content={type} />
          <meta property="og:url" content={url} />
          <meta property="og:site_name" content={name} />
          <meta property="og:locale" content={language.replace('-', '_')} />
        </>
      }
      top={
        <>
          <strong>{name}</strong>
          <a href={`/announcements/${event.event}?language=${language}`}>{words.announcements}</a>
          <a href={`/rooms/${event.event}?language=${language}`}>{words.rooms}</a>
          <a href={`/?event=${event.event}`}>{words.start}</a>
          {event.languages
            .filter((each) => each !== language)
            .map((each) => (
              <a key={each} lang={each} hreflang={each} href={`${path}?language=${each}`}>
                {languageName(each)}
              </a>
            ))}
        </>
      }
    >
      {children}
    </Page>
  );
};
