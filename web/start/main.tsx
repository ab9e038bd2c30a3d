import { render } from 'preact';
import type { ApiBody, ApiRoute } from '../../shared/client/api.ts';
import { readyFormats } from '../common/format.ts';
import { inLanguage, language } from '../common/language.ts';
import { readSite } from '../common/site.ts';
import { type Loaded, StartPage } from './page.tsx';

const NEWS = 5;
const LOAD_MS = 60_000;
const DRAW_MS = 5_000;

/** Reads without the client of the whole API, which would be a fifth of this page's scripts. */
const read = async <Route extends ApiRoute>(path: string): Promise<ApiBody<Route>> => {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.message);
  return body;
};

const load = async (event: string): Promise<Loaded> => {
  const root = `/v1/events/${encodeURIComponent(event)}`;
  const [{ title }, programme, news] = await Promise.all([
    read<'GET /v1/events/{event}'>(root),
    read<'GET /v1/events/{event}/programme'>(`${root}/programme`),
    read<'GET /v1/events/{event}/announcements'>(`${root}/announcements?limit=${NEWS}`),
  ]);
  return { title: inLanguage(title), programme, news: news.items };
};

/** What only a host on this machine has: nobody in the public loads it. */
const ownPart = async () => {
  const [{ Here }, words] = await Promise.all([
    import('./here.tsx'),
    language === 'zh'
      ? import('../words/zh/start-here.ts').then(({ zh }) => zh)
      : import('../words/en/start-here.ts').then(({ en }) => en),
  ]);
  return (event: string, programme: Loaded['programme'] | undefined) => (
    <Here words={words} event={event} programme={programme} />
  );
};

const wording =
  language === 'zh'
    ? import('../words/zh/start.ts').then(({ zh }) => zh)
    : import('../words/en/start.ts').then(({ en }) => en);
const { event, local } = await readSite();
const begun = event === null ? undefined : load(event);
// Told when there are words for it.
begun?.catch(() => undefined);
const [words, own] = await Promise.all([wording, local ? ownPart() : undefined]);

const page = document.querySelector('#page');
let loaded: Loaded | undefined;
let trouble = '';

const draw = (): void => {
  if (!page) return;
  render(
    <StartPage words={words} event={event} loaded={loaded} trouble={trouble} at={Date.now()}>
      {event !== null && own?.(event, loaded?.programme)}
    </StartPage>,
    page,
  );
};
const show = async (asked: Promise<Loaded>): Promise<void> => {
  try {
    loaded = await asked;
    trouble = '';
  } catch (error) {
    trouble = error instanceof Error ? error.message : String(error);
  }
  draw();
};
draw();
setInterval(draw, DRAW_MS);
setTimeout(readyFormats);
if (event !== null && begun) {
  void show(begun);
  setInterval(() => show(load(event)), LOAD_MS);
}
