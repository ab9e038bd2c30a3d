import type { ComponentChildren } from 'preact';
import type { ApiBody } from '../../shared/client/api.ts';
import { clock, day } from '../common/format.ts';
import { changeLanguage, inLanguage, language, otherLanguage } from '../common/language.ts';
import type { Words } from '../words/en/start.ts';
import { nowAndNext, type Programme, type VenueBoard } from './now-and-next.ts';

type News = ApiBody<'GET /v1/events/{event}/announcements'>['items'];
export interface Loaded {
  readonly title: string;
  readonly programme: Programme;
  readonly news: News;
}
interface ProgrammedProps {
  readonly programme: Programme;
  readonly event: string;
  readonly at: number;
  readonly words: Words;
}

export interface StartPageProps {
  readonly words: Words;
  readonly event: string | null;
  /** Absent until the first answer. */
  readonly loaded: Loaded | undefined;
  /** Why the last attempt to load failed; empty when it did not. */
  readonly trouble: string;
  readonly at: number;
  /** More ways in, of a host on this machine. */
  readonly children: ComponentChildren;
}

const Venue = ({ board, at, words }: { board: VenueBoard; at: number; words: Words }) => {
  const { timeZone, title, rooms } = board.venue;
  const roomOf = (roomId: string | null | undefined) =>
    inLanguage(rooms.find((room) => room.roomId === roomId)?.title ?? '');
  /** With its day where that is not the day which the row is about. */
  const timeFrom = (from: number | string, time: string) =>
    [day(time, timeZone)]
      .filter((other) => other !== day(from, timeZone))
      .concat(clock(time, timeZone))
      .join(' ');
  const row = (session: Programme['sessions'][number], isNow: boolean) => (
    <tr key={session.sessionId}>
      <td>
        {isNow ? <span class="on">{words.onNow}</span> : clock(session.startsAt, timeZone)}
        {!isNow && <div class="soft">{day(session.startsAt, timeZone)}</div>}
      </td>
      <td>
        <span class="what">{inLanguage(session.title)}</span>
        <span class="soft">
          {roomOf(session.roomId)} · {words.ends(timeFrom(isNow ? at : session.startsAt, session.endsAt))}
        </span>
      </td>
    </tr>
  );
  return (
    <section class="venue">
      <header>
        <h3>{inLanguage(title)}</h3>
        <span class="soft">{words.localTime(clock(at, timeZone))}</span>
      </header>
      {board.now.length + board.next.length === 0 ? (
        <p class="soft">{words.nothingMore}</p>
      ) : (
        <table class="board">
          <caption class="hidden">{inLanguage(title)}</caption>
          <tbody>
            {board.now.map((session) => row(session, true))}
            {board.next.map((session) => row(session, false))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const Doors = ({ words }: { words: Words }) => (
  <section>
    <h2>{words.doors}</h2>
    <dl class="ways">
      {(
        [
          ['/organizer', words.openOrganizer, words.organizerHelp],
          ['/scan', words.openScan, words.scanHelp],
          ['/v1/openapi.json', words.openApi, words.apiHelp],
        ] as const
      ).map(([href, title, help]) => (
        <div key={href}>
          <dt>
            <a href={href}>{title}</a>
          </dt>
          <dd class="soft">{help}</dd>
        </div>
      ))}
    </dl>
  </section>
);

const News = ({ news, event, words }: { news: News; event: string; words: Words }) => (
  <section>
    <h2>{words.announcements}</h2>
    {news.length === 0 && <p class="soft">{words.noNews}</p>}
    <ul class="news">
      {news.map(({ announcementId, content, state, publishedAt }) => (
        <li key={announcementId}>
          <div class="soft">
            {publishedAt && `${day(publishedAt)} ${clock(publishedAt)}`}
            {state === 'corrected' && ` · ${words.corrected}`}
            {state === 'retracted' && ` · ${words.retracted}`}
          </div>
          <a href={`/announcements/${event}/${announcementId}?language=${language}`}>
            {(content[language] ?? Object.values(content)[0])?.title}
          </a>
        </li>
      ))}
    </ul>
    <p>
      <a href={`/announcements/${event}?language=${language}`}>{words.allAnnouncements}</a> · {words.feeds}:{' '}
      <a href={`/v1/events/${event}/announcements/feed.atom`}>Atom</a>{' '}
      <a href={`/v1/events/${event}/announcements/feed.json`}>JSON Feed</a>
    </p>
  </section>
);

const Programmed = ({ programme, event, at, words }: ProgrammedProps) => (
  <section>
    <h2>{words.programme}</h2>
    {nowAndNext(programme, at).map((board) => (
      <Venue key={board.venue.venueId} board={board} at={at} words={words} />
    ))}
    <p>
      <a href={`/rooms/${event}?language=${language}`}>{words.roomsNow}</a>
    </p>
  </section>
);

export const StartPage = ({ words, event, loaded, trouble, at, children }: StartPageProps) => (
  <>
    <a class="skip" href="#main">
      {words.skip}
    </a>
    <header class="top">
      <span class="name">Turnout</span>
      <button type="button" onClick={changeLanguage}>
        {otherLanguage}
      </button>
    </header>
    <main id="main">
      <h1>{loaded?.title ?? 'Turnout'}</h1>
      <p class="soft">{words.whatThisIs}</p>
      {children}
      <div aria-live="polite">
        {event === null && <p class="note warn">{words.noEvent}</p>}
        {trouble && (
          <p class="note bad">
            {words.notShown} <small lang="en">{trouble}</small>
          </p>
        )}
        {event !== null && !loaded && !trouble && <p class="soft">{words.loading}</p>}
      </div>
      <div class="columns">
        {event !== null && loaded && (
          <Programmed programme={loaded.programme} event={event} at={at} words={words} />
        )}
        <div>
          {event !== null && loaded && <News news={loaded.news} event={event} words={words} />}
          <Doors words={words} />
        </div>
      </div>
    </main>
  </>
);
