import * as z from 'zod/mini';
import { announcementId, announcementKind, topics } from './announcements.ts';
import { languageTag } from './texts.ts';
import { slug, time } from './values.ts';

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
    url: z.optional(z.string()),
    note: z.optional(z.string()),
  }),
});
