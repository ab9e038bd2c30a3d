import { render } from 'preact';
import type { ApiBody, ApiRoute } from '../../shared/client/api.ts';
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

const [words, { event, local }] = await Promise.all([
  language === 'zh'
    ? import('../words/zh/start.ts').then(({ zh }) => zh)
    : import('../words/en/start.ts').then(({ en }) => en),
  readSite(),
]);
const page = document.querySelector('#page');
let loaded: Loaded | undefined;
let trouble = '';
// Nobody in the public loads what only a host on this machine has.
const Here = local && event !== null ? (await import('./here.tsx')).Here : undefined;

const draw = (): void => {
  if (!page) return;
  const own = Here && event !== null && <Here event={event} programme={loaded?.programme} />;
  render(
    <StartPage words={words} event={event} loaded={loaded} trouble={trouble} at={Date.now()}>
      {own}
    </StartPage>,
    page,
  );
};
const ask = async (): Promise<void> => {
  if (event === null) return;
  try {
    loaded = await load(event);
    trouble = '';
  } catch (error) {
    trouble = error instanceof Error ? error.message : String(error);
  }
  draw();
};
draw();
void ask();
setInterval(ask, LOAD_MS);
setInterval(draw, DRAW_MS);
