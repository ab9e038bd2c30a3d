import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const seededDevice = z.object({
  deviceId: z.string(),
  role: z.enum(['scanner', 'supervisor']),
  token: z.string(),
});
export type SeededDevice = z.infer<typeof seededDevice>;

/** `credentials.json`: where a host is, and with which tokens who may ask. */
const credentials = z.looseObject({
  baseUrl: z.url(),
  /** Not in the file, and empty here, when the host was begun empty. */
  event: z._default(z.string(), ''),
  organizerToken: z.string(),
  viewerToken: z.string(),
  pressToken: z.string(),
  devices: z._default(z.array(seededDevice), []),
  /** File with a printed badge a line. */
  badges: z.string(),
  /** Where queues can be made; only a local host says so. */
  aws: z.optional(z.object({ endpoint: z.url(), region: z.string() })),
});
export type Credentials = z.infer<typeof credentials>;

/** What the badges' file says in a line. */
const printedBadge = z.object({
  badgeId: z.string(),
  code: z.string(),
  category: z.string(),
  country: z._default(z.nullable(z.string()), null),
});
export type PrintedBadge = z.infer<typeof printedBadge>;

const seededFile = z.object({ devices: z.array(seededDevice), event: z.optional(z.string()) });
/** What a data folder was filled with, once: nothing, or an event with its devices. */
export type Seeded = z.infer<typeof seededFile>;

export const readSeeded = (file: string): Seeded => seededFile.parse(JSON.parse(readFileSync(file, 'utf8')));

export const readCredentials = (file: string): Credentials =>
  credentials.parse(JSON.parse(readFileSync(file, 'utf8')));

/** Reads JSON lines, one badge each. */
export const readBadges = (file: string): PrintedBadge[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => printedBadge.parse(JSON.parse(line)));
