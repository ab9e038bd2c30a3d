import * as z from 'zod/mini';
import { announcementKind } from './announcements.ts';
import { operation } from './operation.ts';
import { eventParams, languageTag } from './values.ts';

export const subscriptionProtocol = z.enum(['https', 'sqs', 'email']);

export const createSubscription = operation({
  id: 'createSubscription',
  method: 'POST',
  path: '/v1/events/{event}/subscriptions',
  function: 'subscriptions',
  access: 'public',
  summary: 'Ask for announcements; the same answer whether or not the subscription exists',
  throttle: { rate: 10, burst: 50 },
  params: eventParams,
  body: z.strictObject({
    protocol: subscriptionProtocol,
    endpoint: z.string().check(z.trim(), z.minLength(1), z.maxLength(2000)),
    language: languageTag,
    kinds: z.optional(z.array(announcementKind).check(z.minLength(1), z.maxLength(6))),
    topics: z.optional(
      z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.minLength(1), z.maxLength(20)),
    ),
  }),
  answers: { 202: z.object({ subscriptionId: z.string(), status: z.literal('pending') }) },
});

export const countSubscriptions = operation({
  id: 'countSubscriptions',
  method: 'GET',
  path: '/v1/events/{event}/subscriptions',
  function: 'subscriptions',
  access: ['organizer'],
  summary: 'Number of subscriptions by protocol, status and language',
  params: eventParams,
  answers: {
    200: z.object({
      total: z.int(),
      items: z.array(
        z.object({
          protocol: z.string(),
          status: z.enum(['pending', 'confirmed']),
          language: z.string(),
          count: z.int(),
        }),
      ),
    }),
  },
});
