import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'ANNOUNCEMENTS_TABLE',
  'REGISTRY_TABLE',
  'SUBSCRIBERS_TABLE',
  'EMAIL_QUEUE_URL',
  'WEBHOOK_QUEUE_URL',
  'PUSH_QUEUE_URL',
  'PLAN_QUEUE_URL',
  'MAIL_EVENTS_QUEUE_URL',
  'DELIVERIES_DEAD_QUEUE_URL',
] as const;

export const manifest = {
  does: 'Reports who got an announcement, and sends what failed again.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 29,
  reserved: 5,
  whenItFails: 'The press office cannot see who got an announcement; sending goes on.',
  may: {
    announcements: ['GetItem', 'Query'],
    registry: ['GetItem'],
    subscribers: ['GetItem', 'Query', 'UpdateItem'],
    'email queue': ['SendMessage'],
    'webhook queue': ['SendMessage'],
    'push queue': ['SendMessage'],
    // Where dead letters are put back.
    'plan queue': ['SendMessage'],
    'mail events queue': ['SendMessage'],
    'deliveries dead queue': ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'],
  },
} as const satisfies Manifest;
