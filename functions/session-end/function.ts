import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ATTENDANCE_TABLE', 'COUNTS_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Checks out whoever is inside a session that is over.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 55,
  whenItFails: 'People are shown as inside sessions that are over.',
  may: {
    attendance: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    counts: ['Query'],
    registry: ['GetItem', 'Query'],
  },
  runs: {
    in: 'schedules',
    every: { 'session-end': { rate: 'rate(1 minute)' } },
  },
} as const satisfies Manifest;
