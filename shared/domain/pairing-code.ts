/** No 0 O 1 I L: read aloud and typed on a phone. 31 letters, 10 of them: 49.5 bits. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LETTERS = 10;

/**
 * A code to type once, e.g. `7KQ2M-XW9PA`.
 * @param random a number from 0 up to, not including, its argument; from a cryptographic source
 */
export const makePairingCode = (random: (below: number) => number): string => {
  const letters = Array.from({ length: LETTERS }, () => ALPHABET[random(ALPHABET.length)] ?? '').join('');
  return `${letters.slice(0, LETTERS / 2)}-${letters.slice(LETTERS / 2)}`;
};

/** As it is stored: people leave out the hyphen and type small letters. */
export const normalizePairingCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
