import * as z from 'zod/mini';
import { scanResult } from './check-ins.ts';
import { operation } from './operation.ts';
import { badgeCategory, badgeId, country, eventParams, maybeWritten, scanId, slug } from './values.ts';

const personal = z.optional(z.nullable(maybeWritten(200)));

const walkIn = z.object({
  badge: z.object({
    badgeId,
    category: badgeCategory,
    country: z.nullable(z.string()),
    name: z.nullable(z.string()),
    company: z.nullable(z.string()),
    code: z.string(),
  }),
});

export const createWalkIn = operation({
  id: 'createWalkIn',
  example: {
    badge: { category: 'delegate', country: 'SG', name: 'Ada Lovelace' },
    sessionId: 'opening',
    scanId: '0189242e-8a31-7c4c-9a53-0d6a4b0f3c11',
  },
  method: 'POST',
  path: '/v1/events/{event}/walk-ins',
  function: 'walk-ins',
  tag: 'check-in',
  access: ['supervisor'],
  summary: 'Register somebody at the door, issue a code and, with a session, admit; safe to send again',
  params: eventParams,
  body: z.strictObject({
    badge: z.strictObject({
      category: badgeCategory,
      country: z.optional(z.nullable(country)),
      name: personal,
      company: personal,
    }),
    sessionId: z.optional(slug),
    scanId,
  }),
  /** Made when asked for: the function that answers it never asks. */
  get answers() {
    const answer = z.extend(walkIn, { result: z.nullable(scanResult) });
    return { 200: answer, 201: answer };
  },
});
