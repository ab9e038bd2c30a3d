import { render } from 'preact';
import { apiClient } from '../../shared/client/api.ts';
import { language } from '../common/language.ts';
import { readSite } from '../common/site.ts';
import { StartPage } from './page.tsx';

const words = language === 'zh' ? (await import('./words/zh.ts')).zh : (await import('./words/en.ts')).en;
const site = await readSite();
const page = document.querySelector('#page');
if (page) render(<StartPage words={words} site={site} api={apiClient({ baseUrl: '' })} />, page);
