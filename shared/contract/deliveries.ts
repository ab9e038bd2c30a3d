import * as z from 'zod/mini';
import { announcementParams } from './announcements.ts';
import { operation } from './operation.ts';
import { eventParams, time } from './values.ts';

const path = '/v1/events/{event}/announcements/{announcement}/deliveries' as const;
const access = ['organizer', 'press'] as const;

/** What one protocol did with the newest edition that was planned for it. */
const protocolReport = z.object({
  protocol: z.string(),
  basis: z.enum(['subscribers', 'accepted-by-sns']).register(z.globalRegistry, {
    description:
      'What is counted: subscribers, or messages (one per edition and language) that SNS accepted, where nobody tells us more.',
  }),
  addressed: z.int(),
  sent: z.int(),
  delivered: z.nullable(z.int()).register(z.globalRegistry, {
    description: 'Null where the channel does not say whether a message arrived.',
  }),
  failed: z.int(),
  pending: z.int(),
  suppressed: z.int(),
});

const failure = z.object({
  deliveryId: z
    .nullable(z.string())
    .register(z.globalRegistry, { description: 'Null where it cannot be sent again from here.' }),
  protocol: z.string(),
  edition: z.int(),
  language: z.nullable(z.string()),
  detail: z.string(),
  at: time,
});

const cause = z.object({
  protocol: z.string(),
  state: z.enum(['failed', 'again', 'suppressed']),
  cause: z.string(),
  count: z.int(),
});

export const getDeliveries = operation({
  id: 'getDeliveries',
  method: 'GET',
  path,
  function: 'deliveries',
  access,
  summary: 'Who got an announcement: per protocol, and what failed',
  params: announcementParams,
  answers: {
    200: z.object({
      protocols: z.array(protocolReport),
      causes: z.array(cause).register(z.globalRegistry, {
        description:
          'Why what we deliver ourselves failed, is tried again or is not sent any more; the most frequent first, at most 50 and “other causes”.',
      }),
      failures: z.array(failure),
      failureCount: z
        .int()
        .register(z.globalRegistry, { description: 'All failures; at most 200 of them are listed.' }),
      suppressed: z.array(failure).register(z.globalRegistry, {
        description: 'Who is written to no more, or left before their turn, with the cause; at most 200.',
      }),
    }),
  },
});

export const replayDelivery = operation({
  id: 'replayDelivery',
  method: 'POST',
  path: `${path}/{delivery}/replay`,
  function: 'deliveries',
  access,
  summary: 'Send a failed delivery again, as the newest edition; `all` sends every failed one again',
  params: z.object({
    ...announcementParams.shape,
    delivery: z.string().check(z.regex(/^(?:all|[A-Za-z0-9_-]{22})$/, 'must be a deliveryId or all')),
  }),
  answers: { 202: z.object({ replayed: z.int() }) },
});

export const redriveDeliveries = operation({
  id: 'redriveDeliveries',
  method: 'POST',
  path: '/v1/events/{event}/deliveries/redrive',
  function: 'deliveries',
  access: ['organizer'],
  summary: 'Put back what was put aside after all tries of this event; what was sent is not sent again',
  params: eventParams,
  answers: {
    200: z.object({
      moved: z.int(),
      unreadable: z
        .int()
        .register(z.globalRegistry, { description: 'Messages that nobody here reads; they stay.' }),
      done: z
        .boolean()
        .register(z.globalRegistry, { description: 'False when time was over: ask again for the rest.' }),
    }),
  },
});
