import * as z from 'zod/mini';
import type { LastScan } from '../../domain/last-scans.ts';
import { conflictReasons } from '../../domain/scan.ts';

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

export const lastScansFromText = (text: string | undefined): readonly LastScan[] =>
  text === undefined
    ? []
    : stored
        .parse(JSON.parse(text))
        .map(([scanId, badgeId, category, deviceId, scannedAt, outcome, reason, annulled]) => ({
          scanId,
          badgeId,
          category,
          deviceId,
          scannedAt,
          outcome,
          reason,
          annulled,
        }));
