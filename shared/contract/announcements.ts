import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { languageTag } from './texts.ts';
import { eventParams, inOneLine, instant, slug, time, written, writtenInLines } from './values.ts';

export const announcementKinds = [
  'report',
  'achievement',
  'initiative',
  'project',
  'award',
  'notice',
] as const;
export const announcementKind = z.enum(announcementKinds);
export const announcementState = z.enum(['draft', 'scheduled', 'published', 'corrected', 'retracted']);
export const announcementId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
export const announcementParams = z.object({ ...eventParams.shape, announcement: announcementId });

const title = written(300);
const body = writtenInLines(20_000);
const url = z.url({ protocol: /^https?$/ }).check(z.maxLength(2000), inOneLine);
const text = z.strictObject({ title, body, url: z.optional(url) });
/** Texts by language; the event's first language must be among them. */
export const content = z
  .record(languageTag, text)
  .check(z.refine((texts) => Object.keys(texts).length > 0, 'needs at least one language'))
  .register(z.globalRegistry, { id: 'AnnouncementContent', minProperties: 1 });

/** A JSON Merge Patch (RFC 7396): what it does not name stays, null takes a language or a url away. */
export const contentPatch = z
  .record(
    languageTag,
    z.nullable(
      z.strictObject({
        title: z.optional(title),
        body: z.optional(body),
        url: z.optional(z.nullable(url)),
      }),
    ),
  )
  .check(z.refine((texts) => Object.keys(texts).length > 0, 'needs at least one language'))
  .register(z.globalRegistry, { minProperties: 1 });

export const topics = z.array(written(64)).check(z.maxLength(20));

/** What organizers and press see; the public sees less (see public-announcements.ts). */
export const announcement = z.object({
  announcementId,
  kind: announcementKind,
  state: announcementState,
  edition: z.int().register(z.globalRegistry, { description: '0 before publication, then 1, 2, …' }),
  version: z.int(),
  content,
  topics,
  sessionId: z.nullable(slug),
  publishAt: z.nullable(time),
  publishedAt: z.nullable(time),
  updatedAt: time,
  note: z.nullable(z.string()),
  reason: z.nullable(z.string()),
});
z.globalRegistry.add(announcement, { id: 'Announcement' });
export type Announcement = z.infer<typeof announcement>;

const writers = ['organizer', 'press'] as const;
const draft = z.strictObject({
  kind: announcementKind,
  content,
  topics: z._default(topics, []),
  sessionId: z.optional(slug),
});
/** Texts of all languages, before they are judged; together they may have 300,000 bytes. */
const MAX_TEXTS_BYTES = 1_000_000;
const common = { function: 'announcements', access: writers, params: announcementParams } as const;
const path = '/v1/events/{event}/announcements/{announcement}' as const;

export const createAnnouncement = operation({
  id: 'createAnnouncement',
  example: {
    kind: 'report',
    content: {
      en: { title: 'Outcomes', body: 'What was agreed today.', url: 'https://example.org/outcomes' },
    },
    topics: ['policy'],
  },
  method: 'POST',
  path: '/v1/events/{event}/announcements',
  function: 'announcements',
  access: writers,
  summary: 'Draft an announcement',
  params: eventParams,
  maxBytes: MAX_TEXTS_BYTES,
  body: draft,
  answers: { 201: announcement },
});

export const patchAnnouncement = operation({
  ...common,
  id: 'patchAnnouncement',
  ifMatch: true,
  method: 'PATCH',
  path,
  summary: 'Change a draft or scheduled announcement; texts are merged by language (If-Match)',
  maxBytes: MAX_TEXTS_BYTES,
  body: z.strictObject({
    kind: z.optional(announcementKind),
    content: z.optional(contentPatch),
    topics: z.optional(topics),
    sessionId: z.optional(z.nullable(slug)),
  }),
  answers: { 200: announcement },
});

export const scheduleAnnouncement = operation({
  ...common,
  id: 'scheduleAnnouncement',
  ifMatch: true,
  method: 'POST',
  path: `${path}/schedule`,
  summary: 'Publish at a time, never earlier (If-Match)',
  body: z.strictObject({ publishAt: instant }),
  answers: { 200: announcement },
});

export const unscheduleAnnouncement = operation({
  ...common,
  id: 'unscheduleAnnouncement',
  ifMatch: true,
  method: 'POST',
  path: `${path}/unschedule`,
  summary: 'Make a scheduled announcement a draft again (If-Match)',
  answers: { 200: announcement },
});

export const publishAnnouncement = operation({
  ...common,
  id: 'publishAnnouncement',
  ifMatch: true,
  method: 'POST',
  path: `${path}/publish`,
  summary: 'Publish now (If-Match)',
  answers: { 200: announcement },
});

export const correctAnnouncement = operation({
  ...common,
  id: 'correctAnnouncement',
  ifMatch: true,
  method: 'POST',
  path: `${path}/correct`,
  summary: 'Publish a new edition that says what was corrected; texts are merged by language (If-Match)',
  maxBytes: MAX_TEXTS_BYTES,
  body: z.strictObject({
    content: contentPatch,
    note: writtenInLines(2000),
  }),
  answers: { 200: announcement },
});

export const retractAnnouncement = operation({
  ...common,
  id: 'retractAnnouncement',
  ifMatch: true,
  method: 'POST',
  path: `${path}/retract`,
  summary: 'Withdraw a published announcement and say why (If-Match)',
  body: z.strictObject({ reason: writtenInLines(2000) }),
  answers: { 200: announcement },
});

export const deleteAnnouncement = operation({
  ...common,
  id: 'deleteAnnouncement',
  ifMatch: true,
  method: 'DELETE',
  path,
  summary: 'Delete a draft for good (If-Match); what was published is retracted instead',
  answers: { 204: null },
});

/** What was sent, in order. */
export const listEditions = operation({
  ...common,
  id: 'listEditions',
  method: 'GET',
  path: `${path}/editions`,
  summary: 'Every edition of an announcement, oldest first: what was sent, when and why',
  answers: {
    200: z.object({
      items: z.array(
        z.object({
          edition: z.int(),
          change: z.enum(['published', 'corrected', 'retracted']),
          at: time,
          content,
          note: z.nullable(z.string()),
          reason: z.nullable(z.string()),
        }),
      ),
    }),
  },
});
