import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { admission } from '../../shared/contract/session-rules.ts';
import { conflictReasons, refusalReasons } from '../../shared/domain/scan.ts';

const direction = z.enum(['entry', 'exit']);
const ms = z.iso.datetime().transform((text) => Date.parse(text));
const device = z.object({
  deviceId: z.string(),
  role: z.enum(['scanner', 'supervisor']),
  sessions: z.array(z.string()).nullable(),
});
const keys = z.array(z.object({ kid: z.string(), publicKey: z.string() }));
const recordedScan = z.object({
  scanId: z.uuid(),
  direction,
  scannedAt: ms,
  deviceId: z.string(),
  refused: z.enum(refusalReasons).nullable(),
  conflict: z.enum(conflictReasons).nullable(),
  system: z.string().exactOptional(),
  annulled: z.object({ at: z.int(), deviceId: z.string(), reason: z.string() }).exactOptional(),
});

const expectation = z.object({
  outcome: z.enum(['admitted', 'left', 'refused']),
  reason: z.enum(refusalReasons).nullable(),
  conflict: z.enum(conflictReasons).nullable(),
  /** What the volunteer sees. */
  detail: z.object({ en: z.string(), zh: z.string() }),
});
export type Expectation = z.infer<typeof expectation>;

/** test/vectors/admission.json: what doors decide, whoever decides it. */
const admissionVectors = z.object({
  about: z.string(),
  event: z.string(),
  publicKeys: keys,
  otherEvents: z.record(z.string(), keys),
  device,
  venues: z.array(z.object({ venueId: z.string(), timeZone: z.string() })),
  sessions: z.array(
    z.object({ sessionId: z.string(), venueId: z.string(), cancelled: z.boolean(), admission }),
  ),
  revokedBadges: z.array(z.string()),
  reissuedBadges: z.array(z.object({ badgeId: z.string(), issue: z.int(), at: z.string() })),
  codesOfOthers: z.record(
    z.string(),
    z.object({ badgeId: z.string(), category: z.string(), country: z.string().nullable() }),
  ),
  codes: z.record(z.string(), z.string()),
  vectors: z.array(
    z.object({
      name: z.string(),
      device: device.optional(),
      full: z.boolean().default(false),
      /** Scans that are recorded of the badge in the session. */
      known: z.array(recordedScan).default([]),
      scan: z.object({
        scanId: z.uuid(),
        sessionId: z.string(),
        /** Name of one of `codes`. */
        badge: z.string(),
        direction,
        scannedAt: ms,
        override: z.object({ reason: z.string() }).exactOptional(),
      }),
      expect: expectation,
    }),
  ),
});
export type AdmissionVectors = z.infer<typeof admissionVectors>;

export const readAdmissionVectors = (): AdmissionVectors =>
  admissionVectors.parse(JSON.parse(readFileSync(new URL('admission.json', import.meta.url), 'utf8')));
