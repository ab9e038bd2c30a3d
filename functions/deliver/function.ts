import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'SUBSCRIBERS_TABLE',
  'ANNOUNCEMENTS_TABLE',
  'REGISTRY_TABLE',
  'SIGNING_SECRET_ARN',
  'API_URL',
  'MAIL_FROM',
  'MAIL_EVENTS',
  'LOOPBACK_WEBHOOKS',
  'EMAIL_QUEUE_URL',
  'WEBHOOK_QUEUE_URL',
  'PUSH_QUEUE_URL',
] as const;

/** Senders of one channel at once; mails share the account's rate between them. */
export const SENDERS = 4;

export const manifest = {
  does: 'Sends announcements by mail, webhook and push.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 60,
  whenItFails: 'Subscribers by mail, webhook and push get announcements late; nothing is lost.',
  may: {
    // By statements: what is claimed and settled at the same time.
    subscribers: ['BatchGetItem', 'UpdateItem', 'PartiQLInsert', 'PartiQLUpdate'],
    announcements: ['GetItem'],
    registry: ['GetItem'],
    'signing secret': ['GetSecretValue'],
    'mail identity': ['SendEmail', 'SendRawEmail'],
    'mail events': ['SendEmail', 'SendRawEmail'],
    'mail account': ['GetAccount'],
    // What failed comes back later.
    'email queue': ['SendMessage'],
    'webhook queue': ['SendMessage'],
    'push queue': ['SendMessage'],
  },
  runs: {
    in: 'delivery',
    onQueues: [
      { of: 'email queue', batchSize: 1, maxConcurrency: SENDERS },
      { of: 'webhook queue', batchSize: 1, maxConcurrency: 20 },
      { of: 'push queue', batchSize: 1, maxConcurrency: 20 },
    ],
  },
} as const satisfies Manifest;
