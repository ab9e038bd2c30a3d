import * as z from 'zod/mini';
import { conflictReason, refusalReason } from './check-ins.ts';
import { headCount } from './head-counts.ts';
import { operation } from './operation.ts';
import {
  badgeCategory,
  badgeId,
  direction,
  eventParams,
  flag,
  sessionKind,
  sessionParams,
  slug,
  time,
} from './values.ts';

const insideAndAttended = z.object({ inside: z.int(), attended: z.int() });

/** How complete a count is: what devices in scope still hold back. */
const completeness = z.object({
  devicesSilent: z.int(),
  scansQueued: z.int(),
  oldestPending: z.nullable(time),
});

export const sessionCounts = z.object({
  sessionId: slug,
  title: z.record(z.string(), z.string()),
  kind: sessionKind,
  venueId: slug,
  roomId: z.nullable(slug),
  startsAt: time,
  endsAt: time,
  capacity: z.nullable(z.int()),
  inside: z.int(),
  attended: z.int(),
  entries: z.int(),
  exits: z.int(),
  refused: z.int(),
  refusedByReason: z.partialRecord(refusalReason, z.int()).register(z.globalRegistry, {
    description: 'why those were refused, a number for each reason that occurred',
  }),
  peak: z.int(),
  peakAt: z.nullable(time),
  headCount: z.nullable(headCount).register(z.globalRegistry, { description: 'the last count by hand' }),
  returned: z
    .int()
    .register(z.globalRegistry, { description: 'entries by badges that had been admitted before' }),
  conflicts: z.int(),
  dwell: z.object({
    visits: z.int(),
    medianMinutes: z.nullable(z.number()),
    p90Minutes: z.nullable(z.number()),
  }),
  byCategory: z.record(badgeCategory, insideAndAttended),
  byCountry: z.record(z.string(), insideAndAttended),
  counters: z
    .array(
      z.object({
        shard: z.int(),
        version: z.int(),
        inside: z.int(),
        attended: z.int(),
        entries: z.int(),
        exits: z.int(),
        refused: z.int(),
      }),
    )
    .register(z.globalRegistry, {
      description: 'the parts of the counts, each with its version, as the live channel names them',
    }),
  completeness,
});
z.globalRegistry.add(sessionCounts, { id: 'SessionCounts' });
export type SessionCounts = z.infer<typeof sessionCounts>;

/** Distinct people. */
export const venueCounts = z.object({
  venueId: slug,
  inside: z.int(),
  attended: z.int(),
  basis: z.enum(['entrances', 'sessions']).register(z.globalRegistry, {
    description: 'distinct people over the entrances of the venue; where it has none, over its sessions',
  }),
});
export type VenueCounts = z.infer<typeof venueCounts>;

export const conflictEntry = z.object({
  badgeId,
  conflict: conflictReason,
  scan: z.object({ scanId: z.string(), deviceId: z.string(), scannedAt: time, direction }),
  previous: z.nullable(z.object({ deviceId: z.string(), scannedAt: time, direction })),
  override: z.nullable(z.string()),
});
export type ConflictEntry = z.infer<typeof conflictEntry>;

const lastScan = z.object({
  scanId: z.string(),
  badgeId: z.nullable(badgeId).register(z.globalRegistry, { description: 'null of an unknown badge' }),
  category: z.nullable(badgeCategory),
  deviceId: z.string(),
  scannedAt: time,
  outcome: z.enum(['admitted', 'left', 'refused']),
  reason: z.nullable(conflictReason).register(z.globalRegistry, {
    description: 'of a refusal, or the conflict of what was recorded all the same',
  }),
  annulled: z.boolean(),
});

export const timelineMinute = z.object({ at: time, entries: z.int(), exits: z.int(), inside: z.int() });
export type TimelineMinute = z.infer<typeof timelineMinute>;

export const getAttendance = operation({
  id: 'getAttendance',
  method: 'GET',
  path: '/v1/events/{event}/attendance',
  function: 'attendance',
  access: ['organizer', 'viewer'],
  summary: 'Live counts of every session and venue',
  params: eventParams,
  answers: {
    200: z.object({
      asOf: time,
      sessions: z.array(sessionCounts),
      venues: z.array(venueCounts),
    }),
  },
});

export const getSessionAttendance = operation({
  id: 'getSessionAttendance',
  method: 'GET',
  path: '/v1/events/{event}/sessions/{session}/attendance',
  function: 'attendance',
  access: ['organizer', 'viewer'],
  summary: 'Counts of one session with its timeline per minute and its conflicts',
  params: sessionParams,
  answers: {
    200: z.extend(sessionCounts, {
      asOf: time,
      timeline: z.array(timelineMinute),
      headCounts: z
        .array(headCount)
        .register(z.globalRegistry, { description: 'counts by hand, newest first, at most 50' }),
      conflicts: z.array(conflictEntry),
      lastScans: z.array(lastScan).register(z.globalRegistry, {
        description: 'by people at the doors, newest first, at most 20, as far as they are counted',
      }),
    }),
  },
});

/** What a client of the live channel passes; see docs/live.md. */
const live = z.object({
  url: z.url().register(z.globalRegistry, { description: 'where to open the WebSocket' }),
  protocol: z.string().register(z.globalRegistry, { description: 'subprotocol to ask for' }),
  channel: z.string().register(z.globalRegistry, {
    description: 'channel to subscribe to; each few minutes it is another',
  }),
  renewInMs: z.int().register(z.globalRegistry, {
    description:
      'ask again in so many ms, subscribe to the new channel, then leave this one, within a minute',
  }),
  authorization: z.record(z.string(), z.string()).register(z.globalRegistry, {
    description: 'as JSON in base64url after `header-`, a second subprotocol, and in each subscribe',
  }),
});

export const getLive = operation({
  id: 'getLive',
  method: 'GET',
  path: '/v1/events/{event}/live',
  function: 'attendance',
  access: ['organizer', 'viewer'],
  summary: 'Where to watch the counts live, by the WebSocket protocol of AppSync Events',
  params: eventParams,
  answers: { 200: live },
});

export const verifyCounts = operation({
  id: 'verifyCounts',
  method: 'POST',
  path: '/v1/events/{event}/attendance/verify',
  function: 'attendance',
  access: ['organizer', 'viewer'],
  summary:
    'Compare every count, timeline and gate with its records; with repair=true (organizer) mend what differs',
  params: eventParams,
  query: z.strictObject({ repair: z._default(flag(), false) }),
  answers: {
    200: z.object({
      checked: z.int(),
      drift: z.array(
        z.object({
          what: z.enum(['counter', 'gate']).register(z.globalRegistry, {
            description: 'a counter with its timeline, or the gate of a session with enforced capacity',
          }),
          sessionId: slug,
          shard: z.nullable(z.int()).register(z.globalRegistry, { description: 'null of a gate' }),
          counted: z.record(z.string(), z.number()),
          stored: z.record(z.string(), z.number()),
        }),
      ),
      pending: z.int().register(z.globalRegistry, {
        description:
          'counters that have not yet seen all that is stored, and gates that too many people go through',
      }),
      repaired: z.int(),
    }),
  },
});
