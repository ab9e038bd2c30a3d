import * as z from 'zod';
import { conflictReason } from './check-ins.ts';
import { listOf, paging } from './lists.ts';
import { operation } from './operation.ts';
import { problemPlace } from './problem.ts';
import { badgeCategory, badgeId, country, direction, eventParams, slug, time } from './values.ts';

/**
 * One badge as imported. A field that is left out keeps its stored value; null takes it away. `name` is
 * optional personal data and stays in the badge record.
 */
export const badgeRow = z.strictObject({
  badgeId,
  category: badgeCategory,
  country: z.nullable(country).optional(),
  name: z.string().trim().max(200).nullable().optional(),
  code: z
    .string()
    .trim()
    .min(1)
    .max(512)
    .nullable()
    .optional()
    .meta({
      description:
        'a code of another system; without one we keep the stored code or issue a signed one. A signed code says ' +
        'category and country: when they change, a new code is issued and the badge has to be printed again',
    }),
});
export type BadgeRow = z.infer<typeof badgeRow>;

/** Most badges of one request. */
export const MAX_BADGES = 1000;

const badge = z.object({
  badgeId,
  category: badgeCategory,
  country: z.string().nullable(),
  name: z.string().nullable(),
  code: z.string(),
  revokedAt: z.nullable(time),
  revokedReason: z.string().nullable(),
});

const rowStatus = z.enum(['created', 'updated', 'unchanged', 'invalid', 'not-applied']).meta({
  description:
    'with any invalid row nothing of the request is applied: invalid rows say why, the others are not-applied',
});

/** One row of the request, in its order. */
const badgeRowResult = z.object({
  badgeId: z.string().nullable(),
  status: rowStatus,
  code: z.string().optional(),
  errors: z.array(problemPlace).optional(),
});
export type BadgeRowResult = z.infer<typeof badgeRowResult>;

export const importBadges = operation({
  id: 'importBadges',
  method: 'POST',
  path: '/v1/events/{event}/badges',
  function: 'badges',
  access: ['organizer'],
  summary: 'Upsert up to 1,000 badges (JSON array or CSV); a badge without a code gets a signed one',
  params: eventParams,
  body: z
    .array(z.unknown())
    .min(1, 'must hold 1 to 1,000 badges')
    .max(MAX_BADGES, 'must hold 1 to 1,000 badges: send the others in further requests'),
  describedBody: z.array(badgeRow).min(1).max(MAX_BADGES),
  rawBody: ['application/json', 'text/csv'],
  answers: {
    200: z.object({
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      errors: z.array(problemPlace),
      results: z.array(badgeRowResult),
    }),
  },
});

export const findBadges = operation({
  id: 'findBadges',
  method: 'GET',
  path: '/v1/events/{event}/badges',
  function: 'badges',
  access: ['organizer', 'supervisor'],
  summary: 'Badges whose name begins with these letters (at least 3)',
  params: eventParams,
  query: z.strictObject({
    search: z.string().trim().min(3, 'must have at least 3 characters').max(100),
    ...paging,
  }),
  answers: { 200: listOf(badge) },
});

/** One scan of a badge's story, refusals and annulled scans included. */
const badgeScan = z.object({
  scanId: z.string(),
  sessionId: slug,
  direction,
  outcome: z.enum(['admitted', 'left', 'refused']),
  reason: z.string().nullable(),
  conflict: z.nullable(conflictReason),
  scannedAt: time,
  deviceId: z.string(),
  admittedOffline: z.boolean(),
  override: z.string().nullable(),
  system: z.string().nullable(),
  skewMs: z.int().nullable(),
  annulled: z.object({ at: time, deviceId: z.string(), reason: z.string() }).nullable(),
});
export type BadgeScan = z.infer<typeof badgeScan>;

export const getBadge = operation({
  id: 'getBadge',
  method: 'GET',
  path: '/v1/events/{event}/badges/{badge}',
  function: 'badges',
  access: ['organizer', 'supervisor'],
  summary: 'A badge and every scan of it, oldest first',
  params: z.object({ ...eventParams.shape, badge: badgeId }),
  answers: { 200: badge.extend({ scans: z.array(badgeScan) }) },
});

export const revokeBadge = operation({
  id: 'revokeBadge',
  method: 'POST',
  path: '/v1/events/{event}/badges/{badge}/revoke',
  function: 'badges',
  access: ['organizer'],
  summary: 'Refuse this badge at every door within 60 s',
  params: z.object({ ...eventParams.shape, badge: badgeId }),
  body: z.strictObject({ reason: z.string().trim().min(1).max(200).optional() }).optional(),
  answers: { 200: badge },
});
