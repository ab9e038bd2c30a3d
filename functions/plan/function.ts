import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'SUBSCRIBERS_TABLE',
  'ANNOUNCEMENTS_TABLE',
  'TOPIC_PREFIX',
  'PLAN_QUEUE_URL',
  'EMAIL_QUEUE_URL',
  'WEBHOOK_QUEUE_URL',
  'PUSH_QUEUE_URL',
] as const;

export const manifest = {
  does: 'Finds out who wants an edition by mail, webhook or push.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 120,
  whenItFails: 'Subscribers by mail, webhook and push get announcements late.',
  may: {
    subscribers: ['Query', 'PutItem', 'BatchGetItem'],
    announcements: ['GetItem'],
    'email queue': ['SendMessage'],
    'webhook queue': ['SendMessage'],
    'push queue': ['SendMessage'],
  },
  runs: { in: 'delivery', onQueues: [{ of: 'plan queue', batchSize: 1, maxConcurrency: 2 }] },
} as const satisfies Manifest;
