/** Languages whose names of countries are understood, beside ISO codes. */
const LANGUAGES = ['en', 'zh', 'de', 'fr', 'es'];

/** What people write and no list of names has. */
const others: readonly (readonly [string, string])[] = [
  ['usa', 'US'],
  ['united states of america', 'US'],
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['uae', 'AE'],
  ['korea', 'KR'],
  ['republic of korea', 'KR'],
  ["people's republic of china", 'CN'],
  ['czech republic', 'CZ'],
  ['the netherlands', 'NL'],
];

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** A region that has not been replaced by another: `SU` and `VD` are canonically others. */
const isCurrent = (code: string): boolean => Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;

const folded = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").replaceAll('&', 'and').toLowerCase();

let known: ReadonlyMap<string, string> | undefined;

const names = (): ReadonlyMap<string, string> => {
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => `${first}${second}`)).filter(isCurrent);
  const found = new Map(others);
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const code of codes) {
      const name = display.of(code);
      if (name !== undefined) found.set(folded(name), code);
    }
  }
  return found;
};

/**
 * The ISO 3166-1 alpha-2 code of a country by its name in English, Chinese, German, French or Spanish.
 * @returns a code in capitals, or the text as it is where it names no country
 */
export const countryCode = (text: string): string => {
  if (/^[a-z]{2}$/i.test(text) && folded(text) !== 'uk') return text.toUpperCase();
  known ??= names();
  return known.get(folded(text)) ?? text;
};
