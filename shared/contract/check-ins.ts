import * as z from 'zod/mini';
import { EARLIEST_SCAN_MS } from '../domain/clock.ts';
import { conflictReasons, refusalReasons } from '../domain/scan.ts';
import { operation } from './operation.ts';
import { badgeCategory, badgeId, direction, eventParams, instant, scanId, slug, time } from './values.ts';

/** Largest body of an upload of scans, in bytes. */
const MAX_CHECK_IN_BYTES = 256 * 1024;

/** A lone surrogate is no text: it can't be stored as UTF-8. */
const wellFormed = z.refine<string>(
  (text) => text.isWellFormed(),
  'holds half of a character (a lone surrogate)',
);

export const scanNote = z.string().check(z.trim(), z.minLength(1), z.maxLength(200), wellFormed);

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

export const refusalReason = z.enum(refusalReasons);
export const conflictReason = z.enum(conflictReasons);

/** Made when asked for: the function that answers it at the door never asks, and has to be there quickly. */
export const scanResult = () =>
  z.object({
    scanId: z.nullable(z.string()),
    outcome: z.enum(['admitted', 'left', 'refused', 'invalid', 'retry']),
    reason: z.nullable(refusalReason),
    detail: z.string(),
    pointer: z.optional(z.string()),
    replayed: z.boolean(),
    conflict: z.nullable(conflictReason),
    badge: z.nullable(
      z.object({
        badgeId,
        category: badgeCategory,
        country: z.nullable(z.string()),
        name: z
          .nullable(z.string())
          .register(z.globalRegistry, { description: 'where it is known, for supervisors only' }),
      }),
    ),
    attendance: z.nullable(
      z.object({
        inside: z.boolean(),
        entries: z.int(),
        firstEntryAt: z.nullable(time),
        lastScanAt: z.nullable(time),
      }),
    ),
    previous: z.nullable(z.object({ scannedAt: time, deviceId: z.string(), direction })),
    occupancy: z.nullable(z.object({ inside: z.int(), capacity: z.nullable(z.int()) })),
  });
export type ScanResult = z.infer<ReturnType<typeof scanResult>>;

export const createCheckIns = operation({
  id: 'createCheckIns',
  example: {
    scans: [
      {
        scanId: '0189242e-8a31-7c4c-9a53-0d6a4b0f3c11',
        sessionId: 'opening',
        badge: 'TICKET-42',
        scannedAt: '2023-07-04T10:58:03.120Z',
      },
    ],
  },
  method: 'POST',
  path: '/v1/events/{event}/check-ins',
  function: 'check-in',
  access: ['scanner', 'supervisor'],
  summary: 'Decide and record 1 to 100 scans; safe to send again',
  params: eventParams,
  body: checkInBody,
  get describedBody() {
    return z.extend(checkInBody, { scans: z.array(scan).check(z.minLength(1), z.maxLength(100)) });
  },
  maxBytes: MAX_CHECK_IN_BYTES,
  anyText: true,
  get answers() {
    return {
      200: z.object({
        results: z.array(scanResult()),
        knowledgeAsOf: z.optional(time).register(z.globalRegistry, {
          description: 'given when sessions, rules and revocations could not be read again since',
        }),
      }),
    };
  },
});
