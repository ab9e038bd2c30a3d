import * as z from 'zod/mini';
import { announcementKind } from './announcements.ts';
import { operation } from './operation.ts';
import { languageTag } from './texts.ts';
import { eventParams, inOneLine, written } from './values.ts';

/** `https` and `sqs` are delivered by SNS itself; the others by us. */
export const subscriptionProtocol = z.enum(['https', 'sqs', 'email', 'webhook', 'push']);

/** What a browser's PushSubscription is as JSON. https://www.w3.org/TR/push-api/#pushsubscription-interface */
export const pushSubscription = z.object({
  endpoint: z.url().check(z.maxLength(2000), inOneLine),
  keys: z.object({
    p256dh: z.string().check(z.regex(/^[A-Za-z0-9_-]{87}=?$/, 'must be a P-256 point as base64url')),
    auth: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}(?:==)?$/, 'must be 16 bytes as base64url')),
  }),
});

const kinds = z.array(announcementKind).check(z.minLength(1), z.maxLength(6));
const topics = z.array(written(64)).check(z.minLength(1), z.maxLength(20));
const tokenParams = z.object({ token: z.string().check(z.minLength(1), z.maxLength(200)) });

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
    /** URL, ARN or mail address; of a browser its PushSubscription, as an object or as JSON text. */
    endpoint: z.union([written(4000), pushSubscription]),
    language: languageTag,
    kinds: z.optional(kinds),
    topics: z.optional(topics),
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
          status: z.enum(['pending', 'confirmed', 'suppressed', 'disabled']),
          language: z.string(),
          count: z.int(),
        }),
      ),
    }),
  },
});

/** What this deployment can deliver by, for the form that people subscribe with. */
export const subscriptionChannels = operation({
  id: 'subscriptionChannels',
  method: 'GET',
  path: '/v1/events/{event}/subscriptions/channels',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 50, burst: 100 },
  summary: 'Protocols that this deployment delivers by, and what a form needs for them',
  params: eventParams,
  answers: {
    200: z.object({
      languages: z.array(z.string()),
      channels: z.array(
        z.object({ protocol: subscriptionProtocol, applicationServerKey: z.optional(z.string()) }),
      ),
    }),
  },
});

export const subscriptionStatus = z.enum(['pending', 'confirmed', 'suppressed', 'disabled', 'ended']);

const subscriptionView = z.object({
  subscriptionId: z.string(),
  event: z.string(),
  protocol: z.string(),
  status: z.enum(['pending', 'confirmed', 'suppressed', 'disabled']),
  /** Shortened: enough for its owner. */
  endpoint: z.string(),
  language: z.string(),
  languages: z.array(z.string()),
  kinds: z.optional(z.array(z.string())),
  topics: z.optional(z.array(z.string())),
  /** Only in the answer that made a new one. */
  secret: z.optional(z.string()),
});

export const readSubscription = operation({
  id: 'readSubscription',
  method: 'GET',
  path: '/v1/subscriptions/{token}',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 100, burst: 300 },
  summary:
    'A subscription, by the secret token that was sent to its endpoint, as JSON or as a page; changes nothing',
  params: tokenParams,
  answers: { 200: subscriptionView },
});

export const changeSubscription = operation({
  id: 'changeSubscription',
  method: 'PATCH',
  path: '/v1/subscriptions/{token}',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 50, burst: 100 },
  summary: 'Confirm a subscription, change what it brings, or make a new signing secret',
  params: tokenParams,
  body: z.strictObject({
    status: z.optional(z.literal('confirmed')),
    language: z.optional(languageTag),
    /** Null: everything. */
    kinds: z.optional(z.nullable(kinds)),
    topics: z.optional(z.nullable(topics)),
    /** Of a webhook; the old secret signs along for 24 hours. */
    rotateSecret: z.optional(z.literal(true)),
  }),
  answers: { 200: subscriptionView },
});

export const endSubscription = operation({
  id: 'endSubscription',
  method: 'DELETE',
  path: '/v1/subscriptions/{token}',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 50, burst: 100 },
  summary: 'End a subscription and forget its address',
  params: tokenParams,
  answers: { 204: null },
});

export const submitSubscription = operation({
  id: 'submitSubscription',
  method: 'POST',
  path: '/v1/subscriptions/{token}',
  function: 'subscriptions',
  access: 'public',
  throttle: { rate: 50, burst: 100 },
  summary:
    'The forms of the subscription’s page, and mail programs that end it: List-Unsubscribe=One-Click (RFC 8058)',
  params: tokenParams,
  body: z.unknown(),
  rawBody: ['application/x-www-form-urlencoded', 'multipart/form-data'],
  maxBytes: 4096,
  answers: { 200: z.object({ status: subscriptionStatus }) },
});
