/** Where a line may end: after a space or a hyphen, and between Chinese signs. */
const pieces = (text: string): string[] =>
  text.match(/\p{Script=Han}|[^\p{Script=Han}\s-]+[-\s]*|[-\s]+/gu) ?? [text];

/** Most pieces whose breaks are all tried; of longer texts only the first have breaks between them. */
const MAX_PIECES = 24;

const splits = (parts: readonly string[], lines: number): string[][] => {
  if (lines === 1) return [[parts.join('')]];
  return parts
    .slice(1)
    .flatMap((_, index) =>
      splits(parts.slice(index + 1), lines - 1).map((rest) => [parts.slice(0, index + 1).join(''), ...rest]),
    );
};

export interface Fitted {
  readonly lines: readonly string[];
  /** Of all lines. */
  readonly size: number;
}

/** A text may shrink to this share of its size before it takes another line. */
const SHRINKS_TO = 0.7;

/**
 * Breaks a text into up to `maxLines` lines, so few as it can be without becoming small.
 * @param widthOf of a line at size 1
 */
export const fitText = (
  text: string,
  {
    width,
    largest,
    maxLines,
  }: { readonly width: number; readonly largest: number; readonly maxLines: number },
  widthOf: (line: string) => number,
): Fitted => {
  const all = pieces(text.trim().replaceAll(/\s+/g, ' '));
  const parts = [...all.slice(0, MAX_PIECES - 1), all.slice(MAX_PIECES - 1).join('')].filter(
    (part) => part !== '',
  );
  let best: Fitted = { lines: [text], size: 0 };
  for (let count = 1; count <= Math.min(maxLines, parts.length); count += 1) {
    for (const split of splits(parts, count)) {
      const lines = split.map((line) => line.trim());
      const size = Math.min(largest, width / Math.max(...lines.map(widthOf)));
      if (size > best.size) best = { lines, size };
    }
    if (best.size >= largest * SHRINKS_TO) break;
  }
  return best;
};
