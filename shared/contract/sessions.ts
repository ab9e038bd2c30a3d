import * as z from 'zod/mini';
import { roomCapacity, sessionRules, shards } from './session-rules.ts';
import { textByLanguage, timeZone } from './texts.ts';
import { sessionKind, slug, written } from './values.ts';

export const title = z.union([textByLanguage, written(300)]);
export const room = z.strictObject({
  roomId: slug,
  title,
  capacity: z._default(roomCapacity, null),
});

export const venue = z.strictObject({
  venueId: slug,
  title,
  city: z._default(z.nullable(written(120)), null),
  timeZone,
  rooms: z._default(z.array(room).check(z.maxLength(1000)), []),
});
z.globalRegistry.add(venue, { id: 'Venue' });
export type Venue = z.infer<typeof venue>;

export const topics = z.array(written(64)).check(z.maxLength(20));
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
  sessionId: sessionRules.sessionId,
  title: textByLanguage,
  kind: z._default(sessionKind, 'forum'),
  venueId: sessionRules.venueId,
  roomId: sessionRules.roomId,
  startsAt: sessionRules.startsAt,
  endsAt: sessionRules.endsAt,
  topics: z._default(topics, []),
  cancelled: sessionRules.cancelled,
  graceMinutes: z._default(graceMinutes, DEFAULT_GRACE_MINUTES),
  watch: z.optional(watch),
  whenFull: z.optional(whenFull),
  admission: sessionRules.admission,
});

/** A session as stored. */
export const storedSession = z.object({
  ...session.shape,
  shards,
  version: z.int(),
  /** How often its end was moved; who was checked out at a former end is looked for again. */
  endMoves: z.optional(z.int()),
  /** The kind of file that first brought it, and what it is called there. */
  source: z.optional(z.object({ file: z.string(), identity: z.string() })),
});
z.globalRegistry.add(storedSession, { id: 'StoredSession' });
export type StoredSession = z.infer<typeof storedSession>;
