import * as z from 'zod';
import { conflictReasons, refusalReasons } from '../domain/scan.ts';
import { operation } from './operation.ts';
import { badgeCategory, badgeId, direction, eventParams, instant, scanId, slug, time } from './values.ts';

/** Largest body of an upload of scans, in bytes. */
const MAX_CHECK_IN_BYTES = 256 * 1024;

/** Before this a device's clock is not set (ms since 1970). */
const EARLIEST_SCAN_MS = Date.UTC(2000, 0, 1);

export const scan = z.strictObject({
  scanId,
  sessionId: slug,
  badge: z.string().min(1).max(512),
  direction: direction.default('entry'),
  scannedAt: instant.refine(
    (ms) => ms >= EARLIEST_SCAN_MS,
    'is before the year 2000: set the clock of the device',
  ),
  admittedOffline: z.boolean().default(false),
  override: z.strictObject({ reason: z.string().trim().min(1).max(200) }).optional(),
});
export type Scan = z.infer<typeof scan>;

/** Each scan is judged by itself, so that one malformed scan never blocks the others. */
const checkInBody = z.strictObject({
  scans: z.array(z.unknown()).min(1, 'must hold 1 to 100 scans').max(100, 'must hold 1 to 100 scans'),
  queued: z.int().min(0).max(1_000_000).optional().meta({ description: 'scans still waiting on the device' }),
});

const refusalReason = z.enum(refusalReasons);
export const conflictReason = z.enum(conflictReasons);

export const scanResult = z.object({
  scanId: z.string().nullable(),
  outcome: z.enum(['admitted', 'left', 'refused', 'invalid']),
  reason: refusalReason.nullable(),
  detail: z.string(),
  pointer: z.string().optional(),
  replayed: z.boolean(),
  conflict: conflictReason.nullable(),
  badge: z
    .object({ badgeId, category: badgeCategory, country: z.string().nullable(), name: z.string().nullable() })
    .nullable(),
  attendance: z
    .object({
      inside: z.boolean(),
      entries: z.int(),
      firstEntryAt: time.nullable(),
      lastScanAt: time.nullable(),
    })
    .nullable(),
  previous: z.object({ scannedAt: time, deviceId: z.string(), direction }).nullable(),
  occupancy: z.object({ inside: z.int(), capacity: z.int().nullable() }).nullable(),
});
export type ScanResult = z.infer<typeof scanResult>;

export const createCheckIns = operation({
  id: 'createCheckIns',
  method: 'POST',
  path: '/v1/events/{event}/check-ins',
  function: 'check-in',
  access: ['scanner', 'supervisor'],
  summary: 'Decide and record 1 to 100 scans; safe to send again',
  params: eventParams,
  body: checkInBody,
  describedBody: checkInBody.extend({ scans: z.array(scan).min(1).max(100) }),
  maxBytes: MAX_CHECK_IN_BYTES,
  answers: { 200: z.object({ results: z.array(scanResult) }) },
});

export const annulScan = operation({
  id: 'annulScan',
  method: 'POST',
  path: '/v1/events/{event}/check-ins/annul',
  function: 'check-in',
  access: ['scanner', 'supervisor'],
  summary: 'Take one scan back: within 15 minutes by its device, any time by a supervisor',
  params: eventParams,
  body: z.strictObject({ scanId, sessionId: slug, badgeId, reason: z.string().trim().min(1).max(200) }),
  answers: {
    200: z.object({
      scanId: z.string(),
      annulled: z.literal(true),
      attendance: scanResult.shape.attendance,
    }),
  },
});
