import * as z from 'zod/mini';
import type { LastScan } from '../../domain/last-scans.ts';
import { conflictReasons } from '../../domain/scan.ts';
import { readJson } from './read-json.ts';

/** In the order in which their values are stored, without their names. */
const lastScan = z.object({
  scanId: z.string(),
  badgeId: z.nullable(z.string()),
  category: z.nullable(z.string()),
  deviceId: z.string(),
  scannedAt: z.number(),
  outcome: z.enum(['admitted', 'left', 'refused']),
  reason: z.nullable(z.enum(conflictReasons)),
  annulled: z.boolean(),
});
const fields = z.keyof(lastScan).options;

const stored = z.array(
  z.pipe(
    z.pipe(
      z.array(z.unknown()),
      z.transform((row: unknown[]) => Object.fromEntries(fields.map((field, at) => [field, row[at]]))),
    ),
    lastScan,
  ),
);

export const lastScansText = (scans: readonly LastScan[]): string =>
  JSON.stringify(scans.map((scan) => fields.map((field) => scan[field])));

/** None where the text cannot be read: they are only shown, and the next ones come soon. */
export const lastScansFromText = (text: string | undefined): readonly LastScan[] =>
  readJson(stored, text) ?? [];
