import { ApiUnreachable } from '../../../shared/client/api.ts';
import { language as pageLanguage } from '../../common/language.ts';
import { troubleOf } from '../../common/trouble.ts';
import { en, type Words } from '../../words/en/scan.ts';
import { zh } from '../../words/zh/scan.ts';
import type { Settings } from '../device/database.ts';

const lists: Readonly<Record<'en' | 'zh', Words>> = { en, zh };

/** The words of the page: of the language that was chosen here, else on the other pages, else the browser's. */
export const wordsOf = ({
  language,
}: Pick<Settings, 'language'>): { readonly words: Words; readonly language: 'en' | 'zh' } => {
  const chosen = language ?? pageLanguage;
  return { words: lists[chosen], language: chosen };
};

const isQuota = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

/** Why something was not done, in one sentence and what the API said of it. */
export const troubleText = (words: Words, error: unknown): string => {
  if (isQuota(error)) return words.diskFull;
  if (error instanceof ApiUnreachable) return words.needsServer;
  const { text, detail } = troubleOf(words, error);
  return detail === null ? text : `${text} (${detail})`;
};
