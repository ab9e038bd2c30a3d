import * as z from 'zod/mini';
import { conflictReason } from './check-ins.ts';
import { listOf, paging } from './lists.ts';
import { operation } from './operation.ts';
import { problemPlace } from './problem-details.ts';
import {
  badgeCategory,
  badgeId,
  country,
  direction,
  eventParams,
  flag,
  maybeWritten,
  slug,
  time,
  written,
  writtenInLines,
} from './values.ts';

/**
 * One badge as imported. A field that is left out keeps its stored value; null takes it away. `name` and
 * `company` are optional personal data and stay in the badge record.
 */
export const badgeRow = z.strictObject({
  badgeId,
  category: badgeCategory,
  country: z.optional(z.nullable(country)),
  name: z.optional(z.nullable(maybeWritten(200))),
  company: z.optional(z.nullable(maybeWritten(200))),
  code: z.optional(z.nullable(written(512))).register(z.globalRegistry, {
    description:
      'a code of another system; without one we keep the stored code or issue a signed one. A signed code says ' +
      'category and country: when they change, a new code is issued and the badge has to be printed again',
  }),
});
export type BadgeRow = z.infer<typeof badgeRow>;

/** Most badges of one request. */
export const MAX_BADGES = 1000;
/** A thousand rows of long names and codes. */
const MAX_BADGES_BYTES = 2_000_000;

const badge = z.object({
  badgeId,
  category: badgeCategory,
  country: z.nullable(z.string()),
  name: z.nullable(z.string()),
  company: z.nullable(z.string()),
  code: z.string(),
  issue: z.int().register(z.globalRegistry, { description: 'number of the print that is valid, from 1' }),
  reissuedAt: z.nullable(time),
  reissuedReason: z.nullable(z.string()),
  revokedAt: z.nullable(time),
  revokedReason: z.nullable(z.string()),
});

z.globalRegistry.add(badge, { id: 'Badge' });
export type Badge = z.infer<typeof badge>;

const rowStatus = z
  .enum(['created', 'updated', 'unchanged', 'invalid', 'not-applied'])
  .register(z.globalRegistry, {
    description:
      'with any invalid row nothing of the request is applied: invalid rows say why, the others are not-applied',
  });

export const changedFields = ['category', 'country', 'name', 'company', 'code'] as const;

/** One row of the request, in its order. */
const badgeRowResult = z.object({
  badgeId: z.nullable(z.string()),
  status: rowStatus,
  code: z.optional(z.string()),
  errors: z.optional(z.array(problemPlace)),
  changes: z
    .optional(
      z.array(
        z.object({
          field: z.enum(changedFields),
          before: z.nullable(z.string()),
          after: z.nullable(z.string()),
        }),
      ),
    )
    .register(z.globalRegistry, {
      description:
        'what a dry run would change in a stored badge. Another code: print it again; null is one that we will issue',
    }),
});
export type BadgeRowResult = z.infer<typeof badgeRowResult>;

export const importBadges = operation({
  id: 'importBadges',
  example: [{ badgeId: 'B-000001', category: 'delegate', country: 'SG', name: 'Ada Lovelace' }],
  method: 'POST',
  path: '/v1/events/{event}/badges',
  function: 'badges',
  access: ['organizer'],
  summary: 'Upsert up to 1,000 badges (JSON array or CSV); a badge without a code gets a signed one',
  params: eventParams,
  query: z.strictObject({
    dryRun: z._default(flag(), false).register(z.globalRegistry, {
      description:
        'say of each row what would become of it, and why a row is wrong; nothing is stored or issued',
    }),
  }),
  body: z
    .array(z.unknown())
    .check(
      z.minLength(1, 'must hold 1 to 1,000 badges'),
      z.maxLength(MAX_BADGES, 'must hold 1 to 1,000 badges: send the others in further requests'),
    ),
  describedBody: z.array(badgeRow).check(z.minLength(1), z.maxLength(MAX_BADGES)),
  rawBody: ['application/json', 'text/csv'],
  maxBytes: MAX_BADGES_BYTES,
  answers: {
    200: z.object({
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      errors: z.array(problemPlace),
      errorCount: z
        .int()
        .register(z.globalRegistry, { description: 'how many there were; `errors` has the first 50' }),
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
  summary:
    'Badges whose name begins with these letters (at least 3); without a search every badge by its id (organizer)',
  params: eventParams,
  query: z.strictObject({
    search: z.optional(
      z.string().check(z.trim(), z.minLength(3, 'must have at least 3 characters'), z.maxLength(100)),
    ),
    category: z.optional(badgeCategory),
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
  reason: z.nullable(z.string()),
  conflict: z.nullable(conflictReason),
  scannedAt: time,
  deviceId: z.string(),
  admittedOffline: z.boolean(),
  override: z.nullable(z.string()),
  system: z.nullable(z.string()),
  skewMs: z.nullable(z.int()),
  annulled: z.nullable(z.object({ at: time, deviceId: z.string(), reason: z.string() })),
});
export type BadgeScan = z.infer<typeof badgeScan>;

const badgeParams = z.object({ ...eventParams.shape, badge: badgeId });
const reason = writtenInLines(200);

export const getBadge = operation({
  id: 'getBadge',
  method: 'GET',
  path: '/v1/events/{event}/badges/{badge}',
  function: 'badges',
  access: ['organizer', 'supervisor'],
  summary: 'A badge and every scan of it, oldest first',
  params: badgeParams,
  answers: { 200: z.extend(badge, { scans: z.array(badgeScan) }) },
});

export const deleteBadge = operation({
  id: 'deleteBadge',
  method: 'DELETE',
  path: '/v1/events/{event}/badges/{badge}',
  function: 'badges',
  access: ['organizer'],
  summary: 'Delete a badge that was never scanned; its print is refused at every door within 60 s',
  params: badgeParams,
  answers: { 204: null },
});

export const revokeBadge = operation({
  id: 'revokeBadge',
  method: 'POST',
  path: '/v1/events/{event}/badges/{badge}/revoke',
  function: 'badges',
  access: ['organizer'],
  summary: 'Refuse this badge, every print of it, at every door within 60 s',
  params: badgeParams,
  body: z.optional(z.strictObject({ reason: z.optional(reason) })),
  answers: { 200: badge },
});

export const unrevokeBadge = operation({
  id: 'unrevokeBadge',
  method: 'POST',
  path: '/v1/events/{event}/badges/{badge}/unrevoke',
  function: 'badges',
  access: ['organizer'],
  summary: 'Take a revocation back: doors admit the badge again within 60 s',
  params: badgeParams,
  answers: { 200: badge },
});

export const reissueBadge = operation({
  id: 'reissueBadge',
  example: { reason: 'lost' },
  method: 'POST',
  path: '/v1/events/{event}/badges/{badge}/reissue',
  function: 'badges',
  access: ['organizer'],
  summary: 'Issue a new code for a badge; the print before is refused at every door within 60 s',
  params: badgeParams,
  body: z.strictObject({ reason }),
  answers: { 200: badge },
});
