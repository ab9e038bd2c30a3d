import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'REGISTRY_TABLE',
  'ANNOUNCEMENTS_TABLE',
  'ATTENDANCE_TABLE',
  'SIGNING_SECRET_ARN',
  'TOPIC_PREFIX',
  'PLAN_QUEUE_ARN',
  'DELIVERY_LOG_ROLE_ARN',
] as const;

export const manifest = {
  does: 'Keeps events, venues, rooms and sessions.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 29,
  reserved: 50,
  whenItFails: 'The programme cannot be imported, changed or read; doors go on with what they have cached.',
  may: {
    // Notices of sessions that are moved or cancelled are drafted.
    announcements: ['GetItem', 'PutItem'],
    // Gates follow the programme: opening one looks through the records of its session. Sessions that nobody was at can
    // be deleted.
    attendance: ['GetItem', 'Query', 'UpdateItem'],
    registry: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
    'signing secret': ['GetSecretValue'],
    'announcement topics': ['CreateTopic', 'SetTopicAttributes', 'Subscribe'],
    'delivery log role': ['PassRole'],
  },
} as const satisfies Manifest;
