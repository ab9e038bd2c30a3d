import type { Feed, FeedEntry } from './feed.ts';

/** Characters that XML 1.0 cannot hold at all, not even escaped. https://www.w3.org/TR/xml/#charsets */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser would read a bare one as a line feed.
  '\r': '&#13;',
};

const escaped = (text: string): string =>
  text.replace(NOT_XML, '\uFFFD').replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);

const entry = (of: FeedEntry): string =>
  `<entry xml:lang="${escaped(of.language)}">
<id>${escaped(of.id)}</id>
<title type="text">${escaped(of.title)}</title>
<link rel="alternate" href="${escaped(of.externalUrl ?? of.url)}"/>
<published>${of.published}</published>
<updated>${of.updated}</updated>
${of.categories.map((term) => `<category term="${escaped(term)}"/>`).join('')}
<content type="text">${escaped(of.text)}</content>
</entry>`;

/** RFC 4287. */
export const atomFeed = (feed: Feed): string =>
  `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escaped(feed.language)}">
<id>${escaped(feed.id)}</id>
<title type="text">${escaped(feed.title)}</title>
<author><name>${escaped(feed.title)}</name></author>
<link rel="self" type="application/atom+xml" href="${escaped(feed.selfUrl)}"/>
<link rel="alternate" type="application/json" href="${escaped(feed.homeUrl)}"/>
<updated>${feed.updated}</updated>
${feed.entries.map(entry).join('\n')}
</feed>
`;
