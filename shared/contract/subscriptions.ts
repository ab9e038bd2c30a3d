import * as z from 'zod';
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
    endpoint: z.string().trim().min(1).max(2000),
    language: languageTag,
    kinds: z.array(announcementKind).min(1).max(6).optional(),
    topics: z.array(z.string().min(1).max(64)).min(1).max(20).optional(),
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
