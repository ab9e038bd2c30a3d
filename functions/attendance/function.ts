import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'ATTENDANCE_TABLE',
  'COUNTS_TABLE',
  'REGISTRY_TABLE',
  'LIVE_HTTP_URL',
  'LIVE_SOCKET_URL',
  'SEALING_SECRET_ARN',
] as const;

export const manifest = {
  does: 'Shows counts, timelines and conflicts, and verifies them.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 29,
  reserved: 20,
  whenItFails: 'Organizers see no counts; the doors go on.',
  may: {
    // The put is a mark: `verify` waits until the counter has seen it.
    attendance: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    'attendance conflicts': ['Query'],
    // The put is a repair.
    counts: ['GetItem', 'Query', 'PutItem'],
    registry: ['GetItem', 'Query'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
