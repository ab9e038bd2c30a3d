import { create } from 'fontkit';

/** A font and what it is called in a document. */
export interface Typeface {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly has: (sign: string) => boolean;
}

/** A part of a text that one font can set. */
export interface Run {
  readonly font: string;
  readonly text: string;
}

/** @param files fonts in the order in which they are asked for a sign */
export const typefaces = (files: readonly Uint8Array[]): Typeface[] =>
  files.map((bytes, index) => {
    const font = create(Buffer.from(bytes));
    const signs = new Set('characterSet' in font ? font.characterSet : []);
    return { name: `face-${index}`, bytes, has: (sign) => signs.has(sign.codePointAt(0) ?? 0) };
  });

/** A text as runs, each in the first font that has its signs; `missing` are those that none has. */
export const runsOf = (
  text: string,
  faces: readonly Typeface[],
): { readonly runs: readonly Run[]; readonly missing: readonly string[] } => {
  const runs: Run[] = [];
  const missing: string[] = [];
  for (const sign of text.normalize('NFC')) {
    const font = faces.find((face) => face.has(sign))?.name;
    if (font === undefined) {
      missing.push(sign);
      continue;
    }
    const last = runs.at(-1);
    if (last?.font === font) runs[runs.length - 1] = { font, text: last.text + sign };
    else runs.push({ font, text: sign });
  }
  return { runs, missing };
};
