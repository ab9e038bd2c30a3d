import * as z from 'zod';
import { listOf, paging } from './lists.ts';
import { operation } from './operation.ts';
import { eventParams, instant, languageTag, slug, time } from './values.ts';

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
export const announcementId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const announcementParams = z.object({ ...eventParams.shape, announcement: announcementId });

const text = z.strictObject({
  title: z.string().trim().min(1).max(300),
  body: z.string().trim().min(1).max(20_000),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
});
/** Texts by language; the event's first language must be among them. */
export const content = z
  .record(languageTag, text)
  .refine((texts) => Object.keys(texts).length > 0, 'needs at least one language');

const topics = z.array(z.string().min(1).max(64)).max(20);

/** What organizers and press see; the public sees less (see publicAnnouncement). */
export const announcement = z.object({
  announcementId,
  kind: announcementKind,
  state: announcementState,
  edition: z.int().meta({ description: '0 before publication, then 1, 2, …' }),
  version: z.int(),
  content,
  topics,
  sessionId: z.nullable(slug),
  publishAt: z.nullable(time),
  publishedAt: z.nullable(time),
  updatedAt: time,
  note: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Announcement = z.infer<typeof announcement>;

/** A published, corrected or retracted announcement; of a retracted one only titles and the reason. */
export const publicAnnouncement = z.object({
  announcementId,
  kind: announcementKind,
  state: z.enum(['published', 'corrected', 'retracted']),
  edition: z.int(),
  content: z.record(
    languageTag,
    z.object({ title: z.string(), body: z.string().optional(), url: z.string().optional() }),
  ),
  topics,
  sessionId: z.nullable(slug),
  publishedAt: time,
  updatedAt: time,
  note: z.string().nullable(),
  reason: z.string().nullable(),
});
export type PublicAnnouncement = z.infer<typeof publicAnnouncement>;

const writers = ['organizer', 'press'] as const;
const draft = z.strictObject({
  kind: announcementKind,
  content,
  topics: topics.default([]),
  sessionId: z.optional(slug),
});
const common = { function: 'announcements', access: writers, params: announcementParams } as const;
const path = '/v1/events/{event}/announcements/{announcement}' as const;

export const createAnnouncement = operation({
  id: 'createAnnouncement',
  method: 'POST',
  path: '/v1/events/{event}/announcements',
  function: 'announcements',
  access: writers,
  summary: 'Draft an announcement',
  params: eventParams,
  body: draft,
  answers: { 201: announcement },
});

export const patchAnnouncement = operation({
  ...common,
  id: 'patchAnnouncement',
  method: 'PATCH',
  path,
  summary: 'Change a draft or scheduled announcement (If-Match)',
  body: z.strictObject({
    kind: announcementKind.optional(),
    content: content.optional(),
    topics: z.optional(topics),
    sessionId: z.nullable(slug).optional(),
  }),
  answers: { 200: announcement },
});

export const scheduleAnnouncement = operation({
  ...common,
  id: 'scheduleAnnouncement',
  method: 'POST',
  path: `${path}/schedule`,
  summary: 'Publish at a time, never earlier (If-Match)',
  body: z.strictObject({ publishAt: instant }),
  answers: { 200: announcement },
});

export const unscheduleAnnouncement = operation({
  ...common,
  id: 'unscheduleAnnouncement',
  method: 'POST',
  path: `${path}/unschedule`,
  summary: 'Make a scheduled announcement a draft again (If-Match)',
  answers: { 200: announcement },
});

export const publishAnnouncement = operation({
  ...common,
  id: 'publishAnnouncement',
  method: 'POST',
  path: `${path}/publish`,
  summary: 'Publish now (If-Match)',
  answers: { 200: announcement },
});

export const correctAnnouncement = operation({
  ...common,
  id: 'correctAnnouncement',
  method: 'POST',
  path: `${path}/correct`,
  summary: 'Publish a new edition that says what was corrected (If-Match)',
  body: z.strictObject({ content, note: z.string().trim().min(1).max(2000) }),
  answers: { 200: announcement },
});

export const retractAnnouncement = operation({
  ...common,
  id: 'retractAnnouncement',
  method: 'POST',
  path: `${path}/retract`,
  summary: 'Withdraw a published announcement and say why (If-Match)',
  body: z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
  answers: { 200: announcement },
});

const filters = { language: z.optional(languageTag), kind: announcementKind.optional() };

export const listAnnouncements = operation({
  id: 'listAnnouncements',
  method: 'GET',
  path: '/v1/events/{event}/announcements',
  function: 'public-announcements',
  access: 'optional',
  summary: 'Published announcements, newest first; with an organizer’s or press token all of them',
  params: eventParams,
  query: z.strictObject({ ...filters, state: announcementState.optional(), ...paging }),
  answers: { 200: listOf(z.union([announcement, publicAnnouncement])), 304: null },
});

export const getAnnouncement = operation({
  id: 'getAnnouncement',
  method: 'GET',
  path,
  function: 'public-announcements',
  access: 'optional',
  summary: 'One announcement',
  params: announcementParams,
  query: z.strictObject({ language: z.optional(languageTag) }),
  answers: { 200: z.union([announcement, publicAnnouncement]), 304: null },
});

export const getJsonFeed = operation({
  id: 'getJsonFeed',
  method: 'GET',
  path: '/v1/events/{event}/announcements/feed.json',
  function: 'public-announcements',
  access: 'public',
  summary: 'JSON Feed 1.1',
  params: eventParams,
  query: z.strictObject(filters),
  answers: { 200: { mediaType: 'application/feed+json' }, 304: null },
});

export const getAtomFeed = operation({
  id: 'getAtomFeed',
  method: 'GET',
  path: '/v1/events/{event}/announcements/feed.atom',
  function: 'public-announcements',
  access: 'public',
  summary: 'Atom feed (RFC 4287)',
  params: eventParams,
  query: z.strictObject(filters),
  answers: { 200: { mediaType: 'application/atom+xml' }, 304: null },
});

/** CloudEvents 1.0 message to webhooks and queues; `id` is `<announcementId>.<edition>.<language>`. */
export const announcementMessage = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.enum([
    'io.turnout.announcement.published.v1',
    'io.turnout.announcement.corrected.v1',
    'io.turnout.announcement.retracted.v1',
  ]),
  time,
  datacontenttype: z.literal('application/json'),
  data: z.object({
    announcementId,
    edition: z.int(),
    kind: announcementKind,
    language: languageTag,
    topics,
    sessionId: z.optional(slug),
    title: z.string(),
    body: z.string(),
    url: z.string().optional(),
    note: z.string().optional(),
  }),
});

/** Deliveries of an announcement to SNS, per edition and language. */
export const getDeliveries = operation({
  id: 'getDeliveries',
  method: 'GET',
  path: `${path}/deliveries`,
  function: 'announcements',
  access: writers,
  summary: 'Which editions went out in which language, and what failed',
  params: announcementParams,
  answers: {
    200: z.object({
      protocols: z.array(
        z.object({ protocol: z.string(), sent: z.int(), failed: z.int(), pending: z.int() }),
      ),
      failures: z.array(z.object({ edition: z.int(), language: z.string(), detail: z.string(), at: time })),
    }),
  },
});
