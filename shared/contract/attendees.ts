import * as z from 'zod/mini';
import { listOf, paging } from './lists.ts';
import { operation } from './operation.ts';
import { badgeCategory, badgeId, eventParams, sessionParams, time } from './values.ts';

const attendee = z.object({
  badgeId,
  category: z.nullable(badgeCategory),
  country: z.nullable(z.string()),
  name: z.nullable(z.string()).register(z.globalRegistry, { description: 'as company, for organizers only' }),
  company: z.nullable(z.string()),
  inside: z.boolean(),
  entries: z.int(),
  exits: z.int(),
  firstEntryAt: z.nullable(time),
  lastScanAt: z.nullable(time),
  minutesInside: z.number(),
});
export type Attendee = z.infer<typeof attendee>;

export const listAttendees = operation({
  id: 'listAttendees',
  method: 'GET',
  path: '/v1/events/{event}/sessions/{session}/attendees',
  function: 'export',
  access: ['organizer', 'viewer'],
  summary: 'Attendance records of a session, page by page',
  params: sessionParams,
  query: z.strictObject(paging),
  answers: { 200: listOf(attendee) },
});

const csv = { mediaType: 'text/csv' };

export const exportAttendees = operation({
  id: 'exportAttendees',
  method: 'GET',
  path: '/v1/events/{event}/sessions/{session}/attendees.csv',
  function: 'export',
  access: ['organizer', 'viewer'],
  summary: 'Everyone who attended a session, times in the time zone of its venue',
  params: sessionParams,
  answers: { 200: csv },
});

export const exportAttendance = operation({
  id: 'exportAttendance',
  method: 'GET',
  path: '/v1/events/{event}/attendance.csv',
  function: 'export',
  access: ['organizer', 'viewer'],
  summary: 'Counts of every session, times in the time zone of its venue',
  params: eventParams,
  answers: { 200: csv },
});
