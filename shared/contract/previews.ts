import * as z from 'zod/mini';
import { announcementParams } from './announcements.ts';
import { operation } from './operation.ts';
import { instant, time, written } from './values.ts';

/** Links by which named people read a scheduled announcement before its time. */

const previewId = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const path = '/v1/events/{event}/announcements/{announcement}/previews' as const;
const common = { function: 'previews', access: ['organizer', 'press'], params: announcementParams } as const;

const preview = z.object({
  previewId,
  to: z.string(),
  createdAt: time,
  expiresAt: z
    .nullable(time)
    .register(z.globalRegistry, { description: 'null: until the announcement is published' }),
  revokedAt: z.nullable(time),
  opened: z.int().register(z.globalRegistry, { description: 'how often it was opened, by whatever' }),
  lastOpenedAt: z.nullable(time),
  /** The first 200, oldest first; a client is a browser and a system, never an address. */
  accesses: z.array(z.object({ at: time, client: z.string() })),
});
z.globalRegistry.add(preview, { id: 'Preview' });
export type Preview = z.infer<typeof preview>;

export const createPreview = operation({
  ...common,
  id: 'createPreview',
  method: 'POST',
  path,
  summary: 'A personal link to a scheduled announcement, for one reader; shown this once',
  example: { to: 'Ada Lovelace, The Analytical Times' },
  body: z.strictObject({
    to: written(120, { description: 'whom it is for: stands on the page' }),
    expiresAt: z.optional(instant),
  }),
  answers: { 201: z.extend(preview, { url: z.string() }) },
});

export const listPreviews = operation({
  ...common,
  id: 'listPreviews',
  method: 'GET',
  path,
  summary: 'Who was given a link to a scheduled announcement, and when it was opened',
  answers: { 200: z.object({ items: z.array(preview) }) },
});

export const revokePreview = operation({
  ...common,
  id: 'revokePreview',
  method: 'DELETE',
  path: `${path}/{preview}`,
  params: z.object({ ...announcementParams.shape, preview: previewId }),
  summary: 'End a personal link at once; who opened it stays known',
  answers: { 204: null },
});

/** No part of the API: what the link opens. */
export const previewPage = operation({
  id: 'previewPage',
  method: 'GET',
  path: '/announcements/{event}/{announcement}/previews/{token}',
  function: 'previews',
  access: 'public',
  throttle: { rate: 10, burst: 50 },
  summary: 'An announcement under embargo, for the one it was shown to',
  params: z.object({
    ...announcementParams.shape,
    token: written(100),
  }),
  answers: { 200: { mediaType: 'text/html' }, 302: null },
});
