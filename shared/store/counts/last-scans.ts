import * as z from 'zod/mini';
import type { LastScan } from '../../domain/last-scans.ts';
import { conflictReasons } from '../../domain/scan.ts';
import { readJson } from './read-json.ts';

const stored = z.array(
  z.tuple([
    z.string(),
    z.nullable(z.string()),
    z.nullable(z.string()),
    z.string(),
    z.number(),
    z.enum(['admitted', 'left', 'refused']),
    z.nullable(z.enum(conflictReasons)),
    z.boolean(),
  ]),
);

export const lastScansText = (scans: readonly LastScan[]): string =>
  JSON.stringify(
    scans.map(({ scanId, badgeId, category, deviceId, scannedAt, outcome, reason, annulled }) => [
      scanId,
      badgeId,
      category,
      deviceId,
      scannedAt,
      outcome,
      reason,
      annulled,
    ]),
  );

/** None where the text cannot be read: they are only shown, and the next ones come soon. */
export const lastScansFromText = (text: string | undefined): readonly LastScan[] =>
  (readJson(stored, text) ?? []).map(
    ([scanId, badgeId, category, deviceId, scannedAt, outcome, reason, annulled]) => ({
      scanId,
      badgeId,
      category,
      deviceId,
      scannedAt,
      outcome,
      reason,
      annulled,
    }),
  );
