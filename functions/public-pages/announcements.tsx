import { announcementKinds } from '../../shared/contract/announcements.ts';
import { type PublicView, textFor } from '../../shared/domain/announcement-view.ts';
import { dateTime } from '../../shared/domain/date-time.ts';
import { directionOf } from '../../shared/domain/text-direction.ts';
import { textIn } from '../../shared/domain/text-in.ts';
import { languageName, Paragraphs } from '../../shared/runtime/html-page.tsx';
import type { EventRecord } from '../../shared/store/events.ts';
import { Frame } from './frame.tsx';
import { wordsFor } from './words/words.ts';

const EXCERPT = 280;

const excerpt = (body: string): string =>
  body.length <= EXCERPT ? body : `${[...body].slice(0, EXCERPT).join('')}…`;

interface Shown {
  readonly event: EventRecord;
  readonly view: PublicView;
  readonly language: string;
}

const Facts = ({ event, view, language }: Shown) => {
  const words = wordsFor(language);
  const at = (ms: number) => dateTime(ms, language, event.timeZone);
  return (
    <p class="soft">
      {words.kindNames[view.kind] ?? view.kind} · {words.published(at(view.publishedAt))}
      {view.state === 'corrected' && ` · ${words.corrected(at(view.updatedAt))}`}
      {view.state === 'retracted' && ` · ${words.retracted}`}
    </p>
  );
};

/** Corrections and retractions stand above the text, where nobody misses them. */
const Standing = ({ event, view, language }: Shown) => {
  const words = wordsFor(language);
  if (view.state === 'retracted') return <p class="note bad">{words.retractedWhy(view.reason ?? '')}</p>;
  if (view.state !== 'corrected') return null;
  const at = dateTime(view.updatedAt, language, event.timeZone);
  return (
    <p class="note">
      {words.corrected(at)}
      {view.note && `: ${view.note}`}
    </p>
  );
};

const Entry = (shown: Shown) => {
  const { event, view, language } = shown;
  const { text, language: inLanguage } = textFor(view, language);
  const link = `/announcements/${event.event}/${view.announcementId}?language=${language}`;
  return (
    <li>
      <article lang={inLanguage} dir={directionOf(inLanguage)}>
        <h2>
          <a href={link}>{text.title}</a>
        </h2>
        <Facts {...shown} />
        <Standing {...shown} />
        {text.body && <p>{excerpt(text.body)}</p>}
      </article>
    </li>
  );
};

const Filter = ({ kind, language }: { kind: string | undefined; language: string }) => {
  const words = wordsFor(language);
  return (
    <form class="row" method="get">
      <input type="hidden" name="language" value={language} />
      <div>
        <label class="label" for="kind">
          {words.kind}
        </label>
        <select id="kind" name="kind">
          <option value="">{words.all}</option>
          {announcementKinds.map((each) => (
            <option key={each} value={each} selected={each === kind}>
              {words.kindNames[each] ?? each}
            </option>
          ))}
        </select>
      </div>
      <button class="plain" type="submit">
        {words.show}
      </button>
    </form>
  );
};

/** One list of the channels that a person can ask for with a form. */
const CHANNELS = ['email', 'webhook'] as const;

const Subscribe = ({ event, language }: { event: EventRecord; language: string }) => {
  const words = wordsFor(language);
  return (
    <section aria-labelledby="subscribe">
      <h2 id="subscribe">{words.subscribe}</h2>
      <p>{words.subscribeHelp}</p>
      <form method="post" action={`/announcements/${event.event}/subscribe`}>
        <fieldset>
          <legend>{words.channel}</legend>
          {CHANNELS.map((channel) => (
            <label class="choice" key={channel}>
              <input type="radio" name="protocol" value={channel} checked={channel === 'email'} />
              {words[channel]}
            </label>
          ))}
        </fieldset>
        <div class="field">
          <label class="label" for="endpoint">
            {words.endpoint}
          </label>
          <input id="endpoint" name="endpoint" required maxlength={2000} autocomplete="email" />
        </div>
        <div class="field">
          <label class="label" for="wanted">
            {words.language}
          </label>
          <select id="wanted" name="language">
            {event.languages.map((each) => (
              <option key={each} value={each} selected={each === language}>
                {languageName(each)}
              </option>
            ))}
          </select>
        </div>
        <fieldset>
          <legend>{words.kinds}</legend>
          {announcementKinds.map((kind) => (
            <label class="choice" key={kind}>
              <input type="checkbox" name="kinds" value={kind} />
              {words.kindNames[kind] ?? kind}
            </label>
          ))}
        </fieldset>
        <button type="submit">{words.send}</button>
      </form>
      <p>
        <a href={`/notify?event=${event.event}&language=${language}`}>{words.notify}</a>
      </p>
      <p>
        {words.others} <a href="/v1/openapi.json">OpenAPI</a>. {words.feeds}:{' '}
        <a href={`/v1/events/${event.event}/announcements/feed.atom?language=${language}`}>Atom</a>,{' '}
        <a href={`/v1/events/${event.event}/announcements/feed.json?language=${language}`}>JSON Feed</a>
      </p>
    </section>
  );
};

export interface AnnouncementList {
  readonly event: EventRecord;
  readonly language: string;
  readonly kind: string | undefined;
  readonly views: readonly PublicView[];
  /** Whether it begins with the newest. */
  readonly isFirst: boolean;
  readonly nextCursor: string | undefined;
}

const Pager = ({ event, language, kind, isFirst, nextCursor }: AnnouncementList) => {
  const words = wordsFor(language);
  const link = (cursor: string | undefined) =>
    `/announcements/${event.event}?${new URLSearchParams({ language, ...(kind && { kind }), ...(cursor && { cursor }) })}`;
  return (
    <p>
      {!isFirst && (
        <a rel="first" href={link(undefined)}>
          {words.newest}
        </a>
      )}{' '}
      {nextCursor && (
        <a rel="next" href={link(nextCursor)}>
          {words.older}
        </a>
      )}
    </p>
  );
};

export const AnnouncementsPage = (list: AnnouncementList) => {
  const { event, language, kind, views } = list;
  const words = wordsFor(language);
  const [first] = views;
  return (
    <Frame
      event={event}
      language={language}
      path={`/announcements/${event.event}`}
      title={words.announcements}
      description={first ? textFor(first, language).text.title : textIn(event.title, language)}
      type="website"
    >
      <h1>{words.announcements}</h1>
      <Filter kind={kind} language={language} />
      {views.length === 0 && <p class="soft">{kind ? words.noneOfKind : words.none}</p>}
      <ol class="list">
        {views.map((view) => (
          <Entry key={view.announcementId} event={event} view={view} language={language} />
        ))}
      </ol>
      <Pager {...list} />
      <Subscribe event={event} language={language} />
    </Frame>
  );
};

export const AnnouncementPage = (shown: Shown) => {
  const { event, view, language } = shown;
  const words = wordsFor(language);
  const { text, language: inLanguage } = textFor(view, language);
  return (
    <Frame
      event={event}
      language={language}
      path={`/announcements/${event.event}/${view.announcementId}`}
      title={text.title}
      description={view.state === 'retracted' ? words.retracted : excerpt(text.body ?? '')}
      type="article"
    >
      <article lang={inLanguage} dir={directionOf(inLanguage)}>
        <h1>{text.title}</h1>
        <Facts {...shown} />
        <Standing {...shown} />
        <Paragraphs text={text.body ?? ''} />
        {text.url && (
          <p>
            <a href={text.url} rel="noopener">
              {words.more}
            </a>
          </p>
        )}
      </article>
    </Frame>
  );
};
