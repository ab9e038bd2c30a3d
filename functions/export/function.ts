import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ATTENDANCE_TABLE', 'COUNTS_TABLE', 'REGISTRY_TABLE', 'SEALING_SECRET_ARN'] as const;

export const manifest = {
  does: 'Lists and exports who attended and who never came.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 29,
  reserved: 5,
  whenItFails: 'An organizer cannot download the list of attendees.',
  may: {
    attendance: ['GetItem', 'Query'],
    counts: ['Query'],
    registry: ['GetItem', 'Query', 'BatchGetItem'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
