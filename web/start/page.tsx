import { useEffect, useState } from 'preact/hooks';
import type { ApiBody, ApiClient } from '../../shared/client/api.ts';
import { clock, day } from '../common/format.ts';
import { changeLanguage, inLanguage, language } from '../common/language.ts';
import type { Site } from '../serving.ts';
import { Evening } from './evening.tsx';
import { nowAndNext, type Programme, type VenueBoard } from './now-and-next.ts';
import type { Words } from './words/en.ts';

type News = ApiBody<'GET /v1/events/{event}/announcements'>['items'];
interface Loaded {
  readonly title: string;
  readonly programme: Programme;
  readonly news: News;
}
interface Props {
  readonly words: Words;
  readonly site: Site;
  readonly api: ApiClient;
}

const NEWS = 5;
const EVERY_MS = 60_000;

const load = async (api: ApiClient, event: string): Promise<Loaded> => {
  const params = { event };
  const [settings, programme, news] = await Promise.all([
    api.call('GET /v1/events/{event}', { params }),
    api.call('GET /v1/events/{event}/programme', { params }),
    api.call('GET /v1/events/{event}/announcements', { params, query: { limit: NEWS } }),
  ]);
  return { title: inLanguage(settings.body.title), programme: programme.body, news: news.body.items };
};

const Venue = ({ board, at, words }: { board: VenueBoard; at: number; words: Words }) => {
  const { timeZone, title, rooms } = board.venue;
  const roomOf = (roomId: string | null | undefined) =>
    inLanguage(rooms.find((room) => room.roomId === roomId)?.title ?? '');
  const row = (session: Programme['sessions'][number], isNow: boolean) => (
    <tr key={session.sessionId}>
      <td>
        {isNow ? <span class="on">{words.onNow}</span> : clock(session.startsAt, timeZone)}
        {!isNow && <div class="soft">{day(session.startsAt, timeZone)}</div>}
      </td>
      <td>
        <span class="what">{inLanguage(session.title)}</span>
        <span class="soft">
          {roomOf(session.roomId)} · {words.until(clock(session.endsAt, timeZone))}
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

const Doors = ({ words, site }: { words: Words; site: Site }) => (
  <ul class="doors">
    <li class="sheet">
      <h3>{words.organizer}</h3>
      <p>{words.organizerHelp}</p>
      <a class="button main" href="/organizer">
        {words.openOrganizer}
      </a>
    </li>
    <li class="sheet">
      <h3>{words.scan}</h3>
      <p>{words.scanHelp}</p>
      <a class="button" href="/scan">
        {words.openScan}
      </a>
    </li>
    <li class="sheet">
      <h3>{words.api}</h3>
      <p>{words.apiHelp}</p>
      <a class="button" href="/v1/openapi.json">
        {words.openApi}
      </a>
    </li>
    {site.local && (
      <li class="sheet">
        <p>{words.signInHere}</p>
        <div class="row">
          {(['organizer', 'viewer', 'press'] as const).map((role) => (
            <a class="button" key={role} href={`/organizer?as=${role}`}>
              {words.as(words.roles[role])}
            </a>
          ))}
        </div>
      </li>
    )}
    {site.local && <Evening words={words} />}
  </ul>
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

const Now = ({ loaded, event, words }: { loaded: Loaded; event: string; words: Words }) => {
  const [at, setAt] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setAt(Date.now()), EVERY_MS / 12);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="columns">
      <section>
        <h2>{words.programme}</h2>
        <p>
          <a href={`/rooms/${event}?language=${language}`}>{words.roomsNow}</a>
        </p>
        {nowAndNext(loaded.programme, at).map((board) => (
          <Venue key={board.venue.venueId} board={board} at={at} words={words} />
        ))}
      </section>
      <News news={loaded.news} event={event} words={words} />
    </div>
  );
};

export const StartPage = ({ words, site, api }: Props) => {
  const [loaded, setLoaded] = useState<Loaded>();
  const [trouble, setTrouble] = useState('');
  const { event } = site;
  useEffect(() => {
    if (event === null) return;
    const ask = () =>
      load(api, event).then(
        (answer) => {
          setLoaded(answer);
          setTrouble('');
        },
        (error) => setTrouble(error instanceof Error ? error.message : String(error)),
      );
    void ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [api, event]);
  return (
    <>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <span class="name">Turnout</span>
        <button type="button" onClick={() => changeLanguage(language === 'en' ? 'zh' : 'en')}>
          {words.otherLanguage}
        </button>
      </header>
      <main id="main">
        <h1>{loaded?.title ?? 'Turnout'}</h1>
        <p class="soft">{words.whatThisIs}</p>
        <h2>{words.doors}</h2>
        <Doors words={words} site={site} />
        <div aria-live="polite">
          {event === null && <p class="note warn">{words.noEvent}</p>}
          {trouble && <p class="note bad">{words.failed(trouble)}</p>}
          {event !== null && !loaded && !trouble && <p class="soft">{words.loading}</p>}
        </div>
        {event !== null && loaded && <Now loaded={loaded} event={event} words={words} />}
      </main>
    </>
  );
};
