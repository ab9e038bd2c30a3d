import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ANNOUNCEMENTS_TABLE', 'DUE_QUEUE_URL'] as const;

export const manifest = {
  does: 'Hands over, ahead of time, what is due soon.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 30,
  whenItFails: 'Scheduled announcements are not handed over and will be late.',
  may: {
    'announcements due': ['Query'],
    'due queue': ['SendMessage'],
  },
  runs: {
    in: 'schedules',
    every: { release: { rate: 'rate(1 minute)' } },
  },
} as const satisfies Manifest;
