import * as z from 'zod';
import { reentryModes } from '../domain/scan.ts';
import { badgeCategory, instantText } from './values.ts';

/** Who may enter a session, when, how often and how many. Times are UTC, windows are judged at `scannedAt`. */
export const admission = z.strictObject({
  categories: z.array(badgeCategory).min(1).nullable().default(null),
  reentry: z.enum(reentryModes).default('after-exit'),
  opensAt: instantText.nullable().default(null),
  closesAt: instantText.nullable().default(null),
  capacity: z.int().min(1).max(1_000_000).nullable().default(null),
  capacityMode: z.enum(['advisory', 'enforced']).default('advisory'),
});
