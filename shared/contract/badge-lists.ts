import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { badgeCategory, eventParams, flag } from './values.ts';

export const exportBadges = operation({
  id: 'exportBadges',
  method: 'GET',
  path: '/v1/events/{event}/badges.csv',
  function: 'export',
  access: ['organizer'],
  summary: 'Every badge, and whether it was ever admitted anywhere; attended=false: those who never came',
  params: eventParams,
  query: z.strictObject({
    category: z.optional(badgeCategory),
    attended: z.optional(flag()),
  }),
  answers: { 200: { mediaType: 'text/csv' } },
});
