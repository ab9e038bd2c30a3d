import * as z from 'zod/mini';
import { conflictReasons, refusalReasons } from '../domain/scan.ts';
import { operation } from './operation.ts';
import { checkInCall, scan } from './scans.ts';
import { badgeCategory, badgeId, direction, time } from './values.ts';

export const refusalReason = z.enum(refusalReasons);
export const conflictReason = z.enum(conflictReasons);

export const scanResult = z.object({
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
export type ScanResult = z.infer<typeof scanResult>;

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
  ...checkInCall,
  function: 'check-in',
  summary: 'Decide and record 1 to 100 scans; safe to send again',
  describedBody: z.extend(checkInCall.body, {
    scans: z.array(scan).check(z.minLength(1), z.maxLength(100)),
  }),
  answers: {
    200: z.object({
      results: z.array(scanResult),
      knowledgeAsOf: z.optional(time).register(z.globalRegistry, {
        description: 'given when sessions, rules and revocations could not be read again since',
      }),
    }),
  },
});
