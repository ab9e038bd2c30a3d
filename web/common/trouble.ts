import { ApiProblem, ApiUnreachable } from '../../shared/client/api.ts';
import type { ProblemWords } from '../words/en/problems.ts';

/** Why something was not done. */
export interface Trouble {
  /** In the words of the page. */
  readonly text: string;
  /** What the API said of it, in English; null where it said nothing. */
  readonly detail: string | null;
}

/** More wrong places than this are left to the small print, and there to nobody. */
const MAX_PLACES = 5;

/** Names of a JSON pointer's fields, e.g. `/content/zh/title` is 中文 Title; what has no name is left out. */
const placeIn = ({ fieldNames }: ProblemWords, pointer: string): string =>
  pointer
    .split('/')
    .flatMap((segment) => fieldNames[segment] ?? [])
    .join(' ');

const placesIn = (words: ProblemWords, { errors }: ApiProblem): string => {
  const names = errors.slice(0, MAX_PLACES).map(({ pointer }) => placeIn(words, pointer));
  return [...new Set(names.filter((name) => name !== ''))].join(', ');
};

const detailOf = ({ message, errors }: ApiProblem): string =>
  errors.length < 2
    ? message
    : errors
        .slice(0, MAX_PLACES)
        .map(({ pointer, detail }) => `${pointer} ${detail}`)
        .join('; ');

export const troubleOf = (words: ProblemWords, error: unknown): Trouble => {
  const { problems, notDone } = words;
  if (error instanceof ApiUnreachable) return { text: problems['unreachable'] ?? '', detail: null };
  if (!(error instanceof ApiProblem))
    return { text: notDone(error instanceof Error ? error.message : String(error)), detail: null };
  const said = problems[error.code] ?? (error.status >= 500 ? problems['internal'] : undefined);
  if (said === undefined) return { text: notDone(error.message), detail: null };
  const places = error.code === 'validation' ? placesIn(words, error) : '';
  return { text: places === '' ? said : `${said} (${places})`, detail: detailOf(error) };
};
