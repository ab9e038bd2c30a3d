import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { atomFeed } from '../../functions/public-announcements/atom.ts';
import { feedOf, jsonFeed } from '../../functions/public-announcements/feed.ts';
import type { PublicView } from '../../shared/domain/announcement-view.ts';

const AT = Date.UTC(2023, 6, 7, 8);

const aView = (changes: Partial<PublicView> = {}): PublicView => ({
  announcementId: 'a1',
  kind: 'report',
  state: 'published',
  edition: 1,
  content: {
    en: { title: 'White paper', body: 'It is out.', url: 'https://example.org/paper?a=1&b=2' },
    zh: { title: '白皮书', body: '已发布。' },
  },
  mainLanguage: 'en',
  audience: ['en', 'zh'],
  topics: ['data & policy'],
  sessionId: null,
  publishedAt: AT,
  updatedAt: AT,
  note: null,
  reason: null,
  ...changes,
});

const aFeed = (views: readonly PublicView[], asked: { language?: string; kind?: string } = {}) =>
  feedOf({
    event: 'gdec-2023',
    title: 'Conference',
    baseUrl: 'https://api.example.org',
    idBase: 'https://events.example.org',
    selfUrl: 'https://api.example.org/v1/events/gdec-2023/announcements/feed.atom?language=en&kind=report',
    language: asked.language ?? 'en',
    asked,
    views,
  });

const atom = z.object({
  feed: z.object({
    id: z.string(),
    title: z.unknown(),
    updated: z.string(),
    author: z.object({ name: z.string() }),
    entry: z
      .array(
        z.object({
          id: z.string(),
          title: z.object({ '#text': z.string() }),
          content: z.object({ '#text': z.string() }),
          published: z.string(),
          updated: z.string(),
          link: z.object({ '@href': z.string(), '@rel': z.string() }),
        }),
      )
      .default([]),
  }),
});
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  trimValues: false,
  parseTagValue: false,
  htmlEntities: true,
  isArray: (name) => name === 'entry',
});
const parseAtom = (text: string) => {
  expect(XMLValidator.validate(text)).toBe(true);
  return atom.parse(parser.parse(text)).feed;
};

test('a feed reader would refuse the feed or show it wrongly', () => {
  const feed = aFeed([aView()]);
  expect(JSON.parse(jsonFeed(feed))).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Conference',
    feed_url: expect.stringContaining('feed.atom'),
    items: [
      {
        id: 'https://events.example.org/v1/events/gdec-2023/announcements/a1',
        url: 'https://api.example.org/v1/events/gdec-2023/announcements/a1',
        external_url: 'https://example.org/paper?a=1&b=2',
        title: 'White paper',
        content_text: 'It is out.',
        date_published: '2023-07-07T08:00:00.000Z',
        tags: ['report', 'data & policy'],
      },
    ],
  });
  const parsed = parseAtom(atomFeed(feed));
  expect(parsed).toMatchObject({
    updated: '2023-07-07T08:00:00.000Z',
    entry: [{ link: { '@href': 'https://example.org/paper?a=1&b=2' }, title: { '#text': 'White paper' } }],
  });
  expect(parseAtom(atomFeed(aFeed([])))).toMatchObject({ entry: [] });
});

test('a reader would see a correction as a second announcement, or not at all', () => {
  const before = aFeed([aView()]).entries[0];
  const after = aFeed([aView({ state: 'corrected', edition: 2, updatedAt: AT + 1_000, note: 'The year' })])
    .entries[0];
  expect(after?.id).toBe(before?.id);
  expect(after?.updated).not.toBe(before?.updated);
  expect(after?.text).toBe('It is out.\n\nCorrection: The year');
  const zh = aFeed([aView()], { language: 'zh' }).entries[0];
  expect(zh).toMatchObject({ language: 'zh', title: '白皮书' });
  expect(zh?.id).not.toBe(before?.id);
});

test('a retracted announcement would look like a valid one', () => {
  const view = aView({ state: 'retracted', content: { en: { title: 'White paper' } }, reason: 'Wrong file' });
  expect(aFeed([view]).entries[0]).toMatchObject({
    title: 'Retracted: White paper',
    text: 'Wrong file',
    externalUrl: undefined,
    categories: ['report', 'data & policy', 'retracted'],
  });
});

test('a title with odd characters would break the feed for everybody', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1 }),
      (title, body) => {
        const feed = aFeed([aView({ content: { en: { title: `x${title}x`, body: `x${body}x` } } })]);
        const [entry] = parseAtom(atomFeed(feed)).entry;
        const xml = (text: string) =>
          text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
        expect(entry?.title['#text']).toBe(xml(`x${title}x`));
        expect(entry?.content['#text']).toBe(xml(`x${body}x`));
        expect(JSON.parse(jsonFeed(feed)).items[0].content_text).toBe(`x${body}x`);
      },
    ),
    { numRuns: 1_000 },
  );
});
