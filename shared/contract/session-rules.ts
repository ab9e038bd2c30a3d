import * as z from 'zod/mini';
import { reentryModes } from '../domain/scan.ts';
import { durationMs } from '../domain/window.ts';
import { badgeCategory, instantText, slug } from './values.ts';

/** Of a room or a session. */
export const roomCapacity = z.nullable(z.int().check(z.gte(1), z.lte(1_000_000)));

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

/** What a session is decided by at a door, and where and when it is. */
export const sessionRules = {
  sessionId: slug,
  venueId: slug,
  roomId: z._default(z.nullable(slug), null),
  startsAt: instantText,
  endsAt: instantText,
  cancelled: z._default(z.boolean(), false),
  admission: z.prefault(admission, {}),
};

/** What a stored session has in any case: the number of keys that its attendance is spread over. */
export const shards = z.int();
