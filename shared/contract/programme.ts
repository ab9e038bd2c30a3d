import * as z from 'zod/mini';
import { defaultCategories, defaultKinds } from '../domain/event-words.ts';
import { categories, kinds } from './event-words.ts';
import { operation } from './operation.ts';
import { problemPlace } from './problem-details.ts';
import { admissionRules } from './session-rules.ts';
import {
  graceMinutes,
  room,
  session,
  storedSession,
  title,
  topics,
  venue,
  watch,
  whenFull,
} from './sessions.ts';
import { languageTag, plainText, textByLanguage, timeZone } from './texts.ts';
import { eventParams, flag, instantText, sessionKind, sessionParams, slug, time, written } from './values.ts';

/** Lambda takes requests of 6 MB, and a body grows when it is put into one. */
const MAX_PROGRAMME_BYTES = 5_000_000;
/** Most sessions of one file. */
export const MAX_SESSIONS = 5000;

/** A venue of a programme file. What is left out keeps its stored value; `rooms`, if given, are all rooms. */
export const venueRow = z.strictObject({
  venueId: slug,
  title,
  city: z.optional(z.nullable(written(120))),
  timeZone: z
    .optional(timeZone)
    .register(z.globalRegistry, { description: 'the time zone of the event if never given' }),
  rooms: z.optional(z.array(room).check(z.maxLength(1000))),
});
export type VenueRow = z.infer<typeof venueRow>;

/** Changes of an admission: what is left out stays, null takes a limit away. */
const admissionChanges = z.partial(z.strictObject(admissionRules));

/** A session of a programme file. What is left out keeps its stored value, so that a patch outlives an import. */
export const sessionRow = z.strictObject({
  sessionId: slug,
  title: z
    .union([textByLanguage, plainText])
    .register(z.globalRegistry, { description: 'by language; a plain text is in the event’s first' }),
  venueId: slug,
  startsAt: instantText,
  endsAt: instantText,
  kind: z.optional(sessionKind),
  roomId: z.optional(z.nullable(slug)),
  topics: z.optional(topics),
  cancelled: z.optional(z.boolean()),
  graceMinutes: z.optional(graceMinutes),
  watch: z.optional(watch),
  whenFull: z.optional(whenFull),
  admission: z.optional(admissionChanges),
});
export type SessionRow = z.infer<typeof sessionRow>;

/** The file's envelope; venues and sessions are judged one by one so that every wrong row is named. */
export const nativeProgramme = z.strictObject({
  venues: z._default(z.array(z.unknown()).check(z.maxLength(1000)), []),
  sessions: z._default(
    z.array(z.unknown()).check(z.maxLength(MAX_SESSIONS, 'must hold at most 5,000 sessions')),
    [],
  ),
});

/** Either our own form or the envelope of a pretalx schedule.json, `{"schedule": {…}}`. */
const programmeFile = z.record(z.string(), z.unknown()).register(z.globalRegistry, {
  description:
    'Native: {"venues": [venue], "sessions": [session]}; or a schedule.json: {"schedule": {"conference": …}}',
});

export const eventSettings = z.strictObject({
  title: textByLanguage,
  timeZone,
  languages: z.array(languageTag).check(z.minLength(1), z.maxLength(20)),
  categories: z._default(categories, [...defaultCategories]),
  kinds: z._default(kinds, [...defaultKinds]),
  /** One place at a time: an entry elsewhere closes the session that a badge was inside. */
  onePlaceAtATime: z._default(z.boolean(), false),
});

/** What is left out keeps its value; of a new event only what has a default may be left out. */
const eventChanges = z.partial(
  z.strictObject({ ...eventSettings.shape, categories, kinds, onePlaceAtATime: z.optional(z.boolean()) }),
);
export type EventChanges = z.infer<typeof eventChanges>;

/** Odd, and done all the same; at most 50. */
const warnings = z.array(problemPlace);

export const storedEvent = z.object({
  event: slug,
  ...eventSettings.shape,
  publicKeys: z.array(z.object({ kid: z.string(), publicKey: z.string() })),
  closedAt: z.nullable(time),
  programmeVersion: z
    .int()
    .register(z.globalRegistry, { description: 'which import is in force; 0 before the first' }),
  programmeRevision: z
    .int()
    .register(z.globalRegistry, { description: 'grows with every change of the programme' }),
});

const importCounts = z.object({ created: z.int(), updated: z.int(), unchanged: z.int() });

/** Venues and sessions together, then apart. With errors nothing was applied and the counts are 0. */
export const importResult = z.extend(importCounts, {
  /** Sessions that an earlier file of this source had and this one has not: they stay as they are. */
  missing: z.array(slug),
  warnings,
  errors: z.array(problemPlace),
  errorCount: z
    .int()
    .register(z.globalRegistry, { description: 'how many there were; `errors` has the first 50' }),
  venues: importCounts,
  sessions: importCounts,
  foretold: z
    .optional(z.object({ created: z.array(slug), updated: z.array(slug) }))
    .register(z.globalRegistry, {
      description: 'of a dry run: which sessions would be created and updated; at most 200 of each',
    }),
});
export type ImportResult = z.infer<typeof importResult>;

export const putEvent = operation({
  id: 'putEvent',
  example: { title: { en: 'A conference', zh: '大会' }, timeZone: 'Asia/Shanghai', languages: ['en', 'zh'] },
  method: 'PUT',
  path: '/v1/events/{event}',
  function: 'programme',
  access: ['organizer'],
  summary: 'Create an event or change its title, time zone and languages; what is left out stays',
  params: eventParams,
  body: eventChanges,
  answers: { 200: z.extend(storedEvent, { warnings }), 201: z.extend(storedEvent, { warnings }) },
});

export const getEvent = operation({
  id: 'getEvent',
  method: 'GET',
  path: '/v1/events/{event}',
  function: 'programme',
  access: 'public',
  summary: 'Title, time zone, languages and public badge keys of an event',
  params: eventParams,
  answers: { 200: storedEvent },
});

export const importProgramme = operation({
  id: 'importProgramme',
  example: {
    venues: [{ venueId: 'hall', title: 'Hall', rooms: [{ roomId: 'main', title: 'Main', capacity: 500 }] }],
    sessions: [
      {
        sessionId: 'opening',
        title: { en: 'Opening' },
        kind: 'ceremony',
        venueId: 'hall',
        roomId: 'main',
        startsAt: '2023-07-04T10:00:00.000Z',
        endsAt: '2023-07-04T12:00:00.000Z',
      },
    ],
  },
  method: 'POST',
  path: '/v1/events/{event}/programme',
  function: 'programme',
  access: ['organizer'],
  summary:
    'Upsert venues and sessions: native JSON, schedule.xml or schedule.json; all or nothing. Doors know of it within 5 s; where a capacity begins to be enforced the answer waits for them',
  params: eventParams,
  query: z.strictObject({
    venueId: z
      .optional(slug)
      .register(z.globalRegistry, { description: 'of a schedule file: the venue that its rooms belong to' }),
    dryRun: z._default(flag(), false).register(z.globalRegistry, {
      description: 'answer what the file would do, and why it is wrong; nothing is stored',
    }),
  }),
  body: programmeFile,
  describedBody: z.union([
    z.strictObject({ venues: z.optional(z.array(venueRow)), sessions: z.optional(z.array(sessionRow)) }),
    z.looseObject({
      schedule: z.looseObject({ conference: z.looseObject({ days: z.array(z.looseObject({})) }) }),
    }),
  ]),
  rawBody: ['application/json', 'application/xml', 'text/xml'],
  maxBytes: MAX_PROGRAMME_BYTES,
  answers: { 200: importResult },
});

export const getProgramme = operation({
  id: 'getProgramme',
  method: 'GET',
  path: '/v1/events/{event}/programme',
  function: 'programme',
  access: 'public',
  summary: 'Venues and sessions of an event',
  params: eventParams,
  answers: {
    200: z.object({ event: slug, venues: z.array(venue), sessions: z.array(z.object(session.shape)) }),
    304: null,
  },
});

export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: '/v1/events/{event}/sessions/{session}',
  function: 'programme',
  access: ['organizer', 'viewer'],
  summary: 'One session with its admission, and its ETag',
  params: sessionParams,
  answers: { 200: storedSession },
});

export const deleteSession = operation({
  id: 'deleteSession',
  method: 'DELETE',
  path: '/v1/events/{event}/sessions/{session}',
  function: 'programme',
  access: ['organizer'],
  ifMatch: true,
  summary: 'Delete a session that nobody was scanned at (If-Match); one that was is cancelled instead',
  params: sessionParams,
  answers: { 204: null },
});

const sessionPatch = z.partial(z.omit(sessionRow, { sessionId: true }));
export type SessionPatch = z.infer<typeof sessionPatch>;

export const patchSession = operation({
  id: 'patchSession',
  ifMatch: true,
  example: { admission: { capacity: 500, capacityMode: 'enforced', opensAt: { before: 'PT30M' } } },
  method: 'PATCH',
  path: '/v1/events/{event}/sessions/{session}',
  function: 'programme',
  access: ['organizer'],
  summary:
    'Change a session (If-Match with its ETag). Doors know of it within 5 s; where a capacity begins to be enforced the answer waits for them',
  params: sessionParams,
  body: sessionPatch,
  answers: { 200: z.extend(storedSession, { warnings }) },
});
