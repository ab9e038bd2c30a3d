import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ANNOUNCEMENTS_TABLE'] as const;

export const manifest = {
  does: 'Publishes scheduled announcements on the second.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  whenItFails: 'A scheduled announcement is not published at its time.',
  may: {
    announcements: ['GetItem', 'PutItem'],
  },
  runs: {
    in: 'schedules',
    onQueues: [{ of: 'due queue', batchSize: 10, maxConcurrency: 2 }],
  },
} as const satisfies Manifest;
