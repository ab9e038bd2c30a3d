export type Language = 'en' | 'zh';

const KEY = 'language';
const isLanguage = (value: string | null | undefined): value is Language => value === 'en' || value === 'zh';

const preferred = (): Language => {
  const asked = new URLSearchParams(location.search).get('language');
  const kept = localStorage.getItem(KEY);
  if (isLanguage(asked)) return asked;
  if (isLanguage(kept)) return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
};

/** Of this page, as long as it is open. */
export const language: Language = preferred();
document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';

/** What this page can be shown in instead, by its own name. */
export const otherLanguage = language === 'zh' ? 'English' : '中文';

/** Keeps the choice and shows the page anew in the other language. */
export const changeLanguage = (): void => {
  localStorage.setItem(KEY, language === 'zh' ? 'en' : 'zh');
  const url = new URL(location.href);
  url.searchParams.delete('language');
  location.replace(url);
};

/** The text in the page's language, else in any. */
export const inLanguage = (text: string | Readonly<Record<string, string>>): string =>
  typeof text === 'string' ? text : (text[language] ?? Object.values(text)[0] ?? '');
