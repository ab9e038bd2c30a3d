/** Letters that NFKD does not take apart. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

/** Lower case without accents: how names are compared. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => SPELLINGS[letter] ?? letter)
    // Scripts whose letters are made of parts, such as Hangul, are put together again.
    .normalize('NFC');

/** Most words of a name that a search may begin with. */
const MAX_WORDS = 4;
/** A sort key holds 1,024 bytes: so many letters of up to 4 bytes and a badgeId. */
const MAX_LETTERS = 200;

/** A name without accents, case and punctuation, as it is searched: "Zoë  ÅSTRÖM" is found by "zoe as". */
export const foldName = (name: string): string => {
  const words = folded(name)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return [...words].slice(0, MAX_LETTERS).join('').trim();
};

/** What a name is filed under: from each of its words on, so that a family name finds it too. */
export const nameBeginnings = (name: string | null): string[] => {
  const words = foldName(name ?? '')
    .split(' ')
    .filter(Boolean);
  return words.slice(0, MAX_WORDS).map((_word, index) => words.slice(index).join(' '));
};
