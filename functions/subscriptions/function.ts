import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'REGISTRY_TABLE',
  'TOPIC_PREFIX',
  'OPERATIONS_TOPIC_ARN',
  'ANNOUNCEMENTS_DEAD_QUEUE_ARN',
  'DUE_QUEUE_URL',
  'PARKED_QUEUE_URL',
  'LOOPBACK_WEBHOOKS',
] as const;

export const manifest = {
  does: 'Subscribes webhooks and queues to announcements.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 10,
  whenItFails: 'Nobody can subscribe; those who have already are not affected.',
  may: {
    registry: ['GetItem'],
    'announcement topics': ['Subscribe', 'ListSubscriptionsByTopic'],
  },
} as const satisfies Manifest;
