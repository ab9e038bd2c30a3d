/** Opening, closing and empty ones: 5,000 sessions with 40 elements each. */
const MAX_TAGS = 400_000;
/** 5,000 sessions with 30 each. */
const MAX_ATTRIBUTES = 150_000;
/** Different ones, of elements: a schedule has some fifty. */
const MAX_NAMES = 1_000;
/** In characters. */
const MAX_TAG = 100_000;

/** Where text may stand that only looks like markup. */
const QUOTATIONS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * What keeps a document from being read at all, found in one pass before anything is made of it: a type, and with it
 * perhaps entities, or so much markup that reading it takes seconds. No schedule has either.
 */
export const markupFault = (xml: string): string | undefined => {
  let tags = 0;
  let attributes = 0;
  const names = new Set<string>();
  for (let at = xml.indexOf('<'); at !== -1; ) {
    tags += 1;
    if (tags > MAX_TAGS) return `has more than ${MAX_TAGS} tags, comments and instructions`;
    const quotation = QUOTATIONS.find(([opening]) => xml.startsWith(opening, at));
    if (quotation) {
      const end = xml.indexOf(quotation[1], at + quotation[0].length);
      if (end === -1) return undefined;
      at = xml.indexOf('<', end + quotation[1].length);
      continue;
    }
    const next = xml.indexOf('<', at + 1);
    const markup = xml.slice(at, next === -1 ? undefined : next);
    if (/^<!(?:DOCTYPE|ENTITY)/i.test(markup))
      return 'has a DOCTYPE, which is not read: a schedule needs none';
    if (markup.slice(0, MAX_TAG).indexOf('>') === -1 && markup.length > MAX_TAG)
      return `has a tag of more than ${MAX_TAG} characters`;
    attributes += markup.match(/=\s*["']/g)?.length ?? 0;
    if (attributes > MAX_ATTRIBUTES) return `has more than ${MAX_ATTRIBUTES} attributes`;
    names.add(/^<[^\s>/]*/.exec(markup)?.[0] ?? '');
    if (names.size > MAX_NAMES) return `has more than ${MAX_NAMES} names of elements`;
    at = next;
  }
  return undefined;
};
