import { render } from 'preact';
import { language } from '../common/language.ts';
import { resume, take } from '../common/sign-in.ts';
import { readSite } from '../common/site.ts';
import type { Site } from '../serving.ts';
import { App } from './app.tsx';
import { path } from './router.ts';
import { loadView, viewNamed } from './views.ts';

/** Signs in by the address, where that is for a demo, or goes on. @returns what the deployment tells */
const enter = async (): Promise<Site> => {
  const site = await readSite();
  const url = new URL(location.href);
  const asked = url.searchParams.get('as');
  if (site.local && (asked === 'organizer' || asked === 'viewer' || asked === 'press')) {
    url.searchParams.delete('as');
    history.replaceState(null, '', url);
    await take(asked);
  } else {
    await resume(site);
  }
  return site;
};

// Side by side: one after the other they would be a good part of the time until the first view.
const [site, words] = await Promise.all([
  enter(),
  language === 'zh'
    ? import('../words/zh/organizer.ts').then(({ zh }) => zh)
    : import('../words/en/organizer.ts').then(({ en }) => en),
  // What fails here is told where the view would be.
  loadView(viewNamed(path.value[0] ?? '')).catch(() => undefined),
]);

if (new URLSearchParams(location.search).has('wall')) document.documentElement.classList.add('wall');
const page = document.querySelector('#page');
if (page) render(<App words={words} site={site} />, page);
