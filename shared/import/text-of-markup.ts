import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod/mini';

const ordered = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  maxNestedTags: 50,
  htmlEntities: true,
  processEntities: { maxEntityCount: 1, maxEntitySize: 1 },
});

/** Elements that stand within a line: what is around them belongs to one word. */
const INLINE =
  /^(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var)$/i;
/** Those that end a line or a paragraph. */
const BLOCK =
  /^(?:br|blockquote|center|div|dd|dl|dt|h[1-6]|hr|img|li|ol|p|pre|section|table|tbody|td|th|thead|tr|ul)$/i;
/** A tag of HTML that came as text; `Vec<T>` and `a < b` are none. */
const WRITTEN_TAG = /<\/?([A-Za-z][A-Za-z0-9]{0,10})(?:\s[^<>]{0,500})?\/?>/g;

const node = z.record(z.string(), z.unknown());
const nodes = z.array(node);

const textOf = (value: unknown): string =>
  nodes
    .parse(value)
    .map((one) =>
      Object.entries(one)
        .map(([name, content]) => {
          if (name === '#text') return String(content);
          if (name === ':@') return '';
          const inner = textOf(content);
          return INLINE.test(name) ? inner : ` ${inner} `;
        })
        .join(''),
    )
    .join('');

/** HTML that came as text, without its tags; other words in angle brackets stay. */
export const withoutTags = (text: string): string =>
  text
    .replace(WRITTEN_TAG, (tag, name) => (BLOCK.test(name) ? ' ' : INLINE.test(name) ? '' : tag))
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The words of an element's inner XML, in their order: `Deep <b>learning</b><br/>today` is `Deep learning today`. */
export const textOfMarkup = (inner: string): string => {
  if (!/[<&]/.test(inner)) return inner;
  return withoutTags(textOf(ordered.parse(`<x>${inner}</x>`)));
};
