import * as z from 'zod/mini';
import { announcementKind, announcementParams } from './announcements.ts';
import { operation } from './operation.ts';
import { languageTag } from './texts.ts';
import { eventParams } from './values.ts';

/** Pages for people, rendered here, readable without a script. They are no part of the API. */

const html = { mediaType: 'text/html' };
const language = { language: z.optional(languageTag) };
const page = {
  method: 'GET',
  function: 'public-pages',
  access: 'public',
  throttle: { rate: 50, burst: 200 },
  answers: { 200: html, 304: null },
} as const;

export const announcementsOfAny = operation({
  ...page,
  id: 'announcementsOfAny',
  path: '/announcements',
  summary: 'To the announcements of the event, or a choice of events',
  answers: { 200: html, 302: null },
});

export const announcementsPage = operation({
  ...page,
  id: 'announcementsPage',
  path: '/announcements/{event}',
  summary: 'Announcements, newest first',
  params: eventParams,
  query: z.object({
    ...language,
    kind: z.optional(z.union([announcementKind, z.literal('')])),
    cursor: z.optional(z.string().check(z.maxLength(2048))),
  }),
});

export const announcementPage = operation({
  ...page,
  id: 'announcementPage',
  path: '/announcements/{event}/{announcement}',
  summary: 'One announcement, for good',
  params: announcementParams,
  query: z.object(language),
});

export const roomsOfAny = operation({
  ...page,
  id: 'roomsOfAny',
  path: '/rooms',
  summary: 'To the rooms of the event, or a choice of events',
  answers: { 200: html, 302: null },
});

export const roomsPage = operation({
  ...page,
  id: 'roomsPage',
  path: '/rooms/{event}',
  summary: 'How full the rooms are',
  params: eventParams,
  query: z.object(language),
});

export const subscribeForm = operation({
  id: 'subscribeForm',
  method: 'POST',
  path: '/announcements/{event}/subscribe',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 10, burst: 50 },
  summary: 'The form on the announcements’ page',
  params: eventParams,
  body: z.unknown(),
  rawBody: ['application/x-www-form-urlencoded'],
  maxBytes: 8192,
  answers: { 200: html, 400: html },
});
