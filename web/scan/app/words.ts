import { en, type Words } from '../../words/en/scan.ts';
import { zh } from '../../words/zh/scan.ts';
import type { Settings } from '../device/database.ts';

const lists: Readonly<Record<'en' | 'zh', Words>> = { en, zh };

/** The words of the page: of the language that was chosen, else the browser's, else English. */
export const wordsOf = ({
  language,
}: Pick<Settings, 'language'>): { readonly words: Words; readonly language: 'en' | 'zh' } => {
  const chosen = language ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
  return { words: lists[chosen], language: chosen };
};
