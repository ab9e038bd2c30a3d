/** No 0 O 1 I L: read aloud and typed on a phone. 31 letters, 10 of them: 49.5 bits to guess. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const RANDOM_LETTERS = 7;
const SEAL_LETTERS = 3;
const HALF = (RANDOM_LETTERS + SEAL_LETTERS) / 2;
/** Different seals there are. */
export const SEALS = ALPHABET.length ** SEAL_LETTERS;

const letter = (index: number): string => ALPHABET[index % ALPHABET.length] ?? '';

/** Random letters of a new code. @param random a number from 0 up to, not including, its argument; cryptographic */
export const randomLetters = (random: (below: number) => number): string =>
  Array.from({ length: RANDOM_LETTERS }, () => letter(random(ALPHABET.length))).join('');

/** The letters that seal a code. @param seal from 0 up to, not including, `SEALS` */
export const sealLetters = (seal: number): string =>
  Array.from({ length: SEAL_LETTERS }, (_, place) =>
    letter(Math.floor(seal / ALPHABET.length ** place)),
  ).join('');

/** The random letters of a code as it is stored, and those that seal them. */
export const pairingParts = (code: string): { random: string; seal: string } => ({
  random: code.slice(0, RANDOM_LETTERS),
  seal: code.slice(RANDOM_LETTERS),
});

/** As it is shown, e.g. `7KQ2M-XW9PA`. */
export const shownPairingCode = (code: string): string => `${code.slice(0, HALF)}-${code.slice(HALF)}`;

/** As it is stored: people leave out the hyphen and type small letters. */
export const normalizePairingCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
