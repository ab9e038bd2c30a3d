import * as z from 'zod/mini';
import {
  announcement,
  announcementId,
  announcementKind,
  announcementParams,
  announcementState,
  topics,
} from './announcements.ts';
import { listOf, paging } from './lists.ts';
import { operation } from './operation.ts';
import { languageTag } from './texts.ts';
import { eventParams, slug, time } from './values.ts';

/** A published, corrected or retracted announcement; of a retracted one only titles and the reason. */
export const publicAnnouncement = z.object({
  announcementId,
  kind: announcementKind,
  state: z.enum(['published', 'corrected', 'retracted']),
  edition: z.int(),
  content: z.record(
    languageTag,
    z.object({ title: z.string(), body: z.optional(z.string()), url: z.optional(z.string()) }),
  ),
  topics,
  sessionId: z.nullable(slug),
  publishedAt: time,
  updatedAt: time,
  note: z.nullable(z.string()),
  reason: z.nullable(z.string()),
});
z.globalRegistry.add(publicAnnouncement, { id: 'PublicAnnouncement' });
export type PublicAnnouncement = z.infer<typeof publicAnnouncement>;

const filters = { language: z.optional(languageTag), kind: z.optional(announcementKind) };

export const listAnnouncements = operation({
  id: 'listAnnouncements',
  method: 'GET',
  path: '/v1/events/{event}/announcements',
  function: 'public-announcements',
  access: 'optional',
  summary: 'Published announcements, newest first; with an organizer’s or press token all of them',
  params: eventParams,
  query: z.strictObject({ ...filters, state: z.optional(announcementState), ...paging }),
  answers: { 200: listOf(z.union([announcement, publicAnnouncement])), 304: null },
});

export const getAnnouncement = operation({
  id: 'getAnnouncement',
  method: 'GET',
  path: '/v1/events/{event}/announcements/{announcement}',
  function: 'public-announcements',
  access: 'optional',
  summary: 'One announcement',
  params: announcementParams,
  query: z.strictObject({ language: z.optional(languageTag) }),
  answers: { 200: z.union([announcement, publicAnnouncement]), 304: null },
});

/** https://www.jsonfeed.org/version/1.1/ */
const jsonFeed = z.looseObject({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string(),
  items: z.array(z.looseObject({ id: z.string(), title: z.string() })),
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
  answers: { 200: { mediaType: 'application/feed+json', schema: jsonFeed }, 304: null },
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
