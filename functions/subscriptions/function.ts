import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'REGISTRY_TABLE',
  'TOPIC_PREFIX',
  'OPERATIONS_TOPIC_ARN',
  'ANNOUNCEMENTS_DEAD_QUEUE_ARN',
  'DUE_QUEUE_URL',
  'PARKED_QUEUE_URL',
  'LOOPBACK_WEBHOOKS',
  'SUBSCRIBERS_TABLE',
  'SIGNING_SECRET_ARN',
  'MAIL_FROM',
  'EMAIL_QUEUE_URL',
  'WEBHOOK_QUEUE_URL',
  'PUSH_QUEUE_URL',
] as const;

export const manifest = {
  does: 'Subscribes webhooks, queues, mailboxes and browsers to announcements; shows, changes and ends that.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 10,
  whenItFails: 'Nobody can subscribe; those who have already are not affected.',
  may: {
    registry: ['GetItem'],
    'announcement topics': ['Subscribe', 'ListSubscriptionsByTopic'],
    subscribers: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    'signing secret': ['GetSecretValue'],
    // To ask the endpoint whether it wants any.
    'email queue': ['SendMessage'],
    'webhook queue': ['SendMessage'],
    'push queue': ['SendMessage'],
  },
} as const satisfies Manifest;
