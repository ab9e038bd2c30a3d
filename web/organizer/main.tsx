import { render } from 'preact';
import { language } from '../common/language.ts';
import { resume, take } from '../common/sign-in.ts';
import { readSite } from '../common/site.ts';
import { App } from './app.tsx';

const words =
  language === 'zh'
    ? (await import('../words/zh/organizer.ts')).zh
    : (await import('../words/en/organizer.ts')).en;
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
if (url.searchParams.has('wall')) document.documentElement.classList.add('wall');
const page = document.querySelector('#page');
if (page) render(<App words={words} site={site} />, page);
