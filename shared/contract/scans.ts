import * as z from 'zod/mini';
import { EARLIEST_SCAN_MS } from '../domain/clock.ts';
import type { Answered } from './operation.ts';
import { direction, eventParams, instant, scanId, slug, writtenInLines } from './values.ts';

/** Largest body of an upload of scans, in bytes. */
const MAX_CHECK_IN_BYTES = 256 * 1024;

/** A lone surrogate is no text: it can't be stored as UTF-8. */
const wellFormed = z.refine<string>(
  (text) => text.isWellFormed(),
  'holds half of a character (a lone surrogate)',
);

export const scanNote = writtenInLines(200).check(wellFormed);

export const scan = z.strictObject({
  scanId,
  sessionId: slug,
  badge: z.string().check(z.minLength(1), z.maxLength(512), wellFormed),
  direction: z._default(direction, 'entry'),
  scannedAt: instant.check(
    z.refine((ms) => ms >= EARLIEST_SCAN_MS, 'is before the year 2000: set the clock of the device'),
  ),
  admittedOffline: z._default(z.boolean(), false),
  override: z.optional(z.strictObject({ reason: scanNote })),
});
export type Scan = z.infer<typeof scan>;

/** Each scan is judged by itself, so that one malformed scan never blocks the others. */
const checkInBody = z.strictObject({
  sentAt: z.optional(instant).register(z.globalRegistry, {
    description:
      'the clock of the device when it sends this: a difference from ours corrects the times of all scans',
  }),
  scans: z
    .array(z.unknown())
    .check(z.minLength(1, 'must hold 1 to 100 scans'), z.maxLength(100, 'must hold 1 to 100 scans')),
  queued: z
    .optional(z.int().check(z.gte(0), z.lte(1_000_000)))
    .register(z.globalRegistry, { description: 'scans still waiting on the device' }),
});

/** What the door needs of `createCheckIns`: what it answers is described beside it, and not loaded there. */
export const checkInCall = {
  method: 'POST',
  path: '/v1/events/{event}/check-ins',
  access: ['scanner', 'supervisor'],
  params: eventParams,
  body: checkInBody,
  maxBytes: MAX_CHECK_IN_BYTES,
  anyText: true,
} as const satisfies Answered;
