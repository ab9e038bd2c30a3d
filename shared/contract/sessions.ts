import * as z from 'zod/mini';
import { reentryModes } from '../domain/scan.ts';
import { durationMs } from '../domain/window.ts';
import { badgeCategory, instantText, sessionKind, slug, textByLanguage, timeZone } from './values.ts';

const roomCapacity = z.nullable(z.int().check(z.gte(1), z.lte(1_000_000)));

/** Nobody waits longer at a door. */
const LONGEST_LEAD_MS = 31 * 86_400_000;

const duration = z
  .string()
  .check(
    z.maxLength(30),
    z.refine((text) => (durationMs(text) ?? Number.POSITIVE_INFINITY) <= LONGEST_LEAD_MS, {
      error: 'must be a duration such as PT30M, of at most 31 days',
    }),
  )
  .register(z.globalRegistry, {
    description: 'ISO 8601 duration of at most 31 days, in days, hours, minutes and seconds',
    // All of these are short enough; longer spellings of a time that is short enough are taken as well.
    pattern:
      '^P(?:(?:\\d|[12]\\d|3[01])D|(?:(?:1?\\d|2[0-4])D)?T(?:\\d{1,2}H(?:\\d{1,3}M)?|\\d{1,3}M|\\d{1,4}S))$',
  });
/** A time, or one that goes along with the session when it is moved. */
const windowEdge = z
  .union(
    [instantText, z.strictObject({ before: duration }), z.strictObject({ after: duration })],
    'must be an RFC 3339 time, {"before": "PT30M"} or {"after": "PT10M"}',
  )
  .register(z.globalRegistry, {
    description:
      'a time; or {"before": duration} before the session begins, {"after": duration} after it ends, which go along when it is moved',
  });

/** Who may enter a session, when, how often and how many. Times are UTC, windows are judged at `scannedAt`. */
export const admissionRules = {
  categories: z.nullable(z.array(badgeCategory).check(z.minLength(1))),
  reentry: z.enum(reentryModes),
  opensAt: z.nullable(windowEdge),
  closesAt: z.nullable(windowEdge),
  capacity: roomCapacity,
  capacityMode: z.enum(['advisory', 'enforced']),
};

export const admission = z.strictObject({
  categories: z._default(admissionRules.categories, null),
  reentry: z._default(admissionRules.reentry, 'after-exit'),
  opensAt: z._default(admissionRules.opensAt, null),
  closesAt: z._default(admissionRules.closesAt, null),
  capacity: z._default(admissionRules.capacity, null),
  capacityMode: z._default(admissionRules.capacityMode, 'advisory'),
});
z.globalRegistry.add(admission, { id: 'Admission' });

export const title = z.union([textByLanguage, z.string().check(z.trim(), z.minLength(1), z.maxLength(300))]);
export const room = z.strictObject({
  roomId: slug,
  title,
  capacity: z._default(roomCapacity, null),
});

export const venue = z.strictObject({
  venueId: slug,
  title,
  city: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(120))), null),
  timeZone,
  rooms: z._default(z.array(room).check(z.maxLength(1000)), []),
});
z.globalRegistry.add(venue, { id: 'Venue' });
export type Venue = z.infer<typeof venue>;

export const topics = z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.maxLength(20));
/** Minutes after `endsAt` at which whoever is still inside is checked out. */
export const graceMinutes = z.int().check(z.gte(0), z.lte(1440));
const DEFAULT_GRACE_MINUTES = 30;

/** When the people who run the conference hear that a session fills up; default 80, 95 and 100 % of its capacity. */
export const watch = z.strictObject({
  thresholds: z.array(z.int().check(z.gte(1), z.lte(200))).check(z.maxLength(10)),
});

/** What the public is told when a session is full: a notice that is drafted, or published at once. */
export const whenFull = z.nullable(
  z.strictObject({
    mode: z.enum(['draft', 'publish']),
    continuesIn: z._default(z.nullable(slug), null).register(z.globalRegistry, {
      description: 'the session that people are sent to, such as an overflow room',
    }),
  }),
);

export const session = z.strictObject({
  sessionId: slug,
  title: textByLanguage,
  kind: z._default(sessionKind, 'forum'),
  venueId: slug,
  roomId: z._default(z.nullable(slug), null),
  startsAt: instantText,
  endsAt: instantText,
  topics: z._default(topics, []),
  cancelled: z._default(z.boolean(), false),
  graceMinutes: z._default(graceMinutes, DEFAULT_GRACE_MINUTES),
  watch: z.optional(watch),
  whenFull: z.optional(whenFull),
  admission: z.prefault(admission, {}),
});

/** A session as stored: with the number of keys its attendance is spread over. */
export const storedSession = z.object({
  ...session.shape,
  shards: z.int(),
  version: z.int(),
  /** How often its end was moved; who was checked out at a former end is looked for again. */
  endMoves: z.optional(z.int()),
  /** The kind of file that first brought it, and what it is called there. */
  source: z.optional(z.object({ file: z.string(), identity: z.string() })),
});
z.globalRegistry.add(storedSession, { id: 'StoredSession' });
export type StoredSession = z.infer<typeof storedSession>;
