import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'ATTENDANCE_TABLE',
  'COUNTS_TABLE',
  'ANNOUNCEMENTS_TABLE',
  'SUBSCRIBERS_TABLE',
  'REGISTRY_TABLE',
  'OPERATIONS_TOPIC_ARN',
  'TOPIC_PREFIX',
] as const;

export const manifest = {
  does: 'Erases events that an organizer has deleted, a part at each run.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 55,
  whenItFails:
    'What belongs to a deleted event, names included, is still stored; nobody can read it by the API.',
  may: {
    attendance: ['Query', 'BatchWriteItem'],
    counts: ['Query', 'BatchWriteItem'],
    announcements: ['Query', 'BatchWriteItem'],
    subscribers: ['Query', 'BatchWriteItem'],
    // The put is what stays: that there was an event.
    registry: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'BatchWriteItem'],
    'announcement topics': ['DeleteTopic'],
  },
  runs: {
    in: 'schedules',
    every: { 'erase-events': { rate: 'rate(1 minute)' } },
  },
} as const satisfies Manifest;
