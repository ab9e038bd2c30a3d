import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['COUNTS_TABLE', 'PARKED_QUEUE_URL', 'LIVE_HTTP_URL', 'SEALING_SECRET_ARN'] as const;

export const manifest = {
  does: 'Counts attendance, exactly, and tells those who watch.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 30,
  whenItFails: 'The counts on the organizers’ screens stand still while people go on entering.',
  may: {
    counts: ['GetItem', 'UpdateItem'],
    'parked queue': ['SendMessage'],
    'live channel': ['EventPublish'],
    'sealing secret': ['GetSecretValue'],
  },
  runs: {
    in: 'streams',
    onStream: {
      of: 'attendance',
      // It holds its answer for up to 250 ms after a live message; with batches of 1,000 it still counts faster
      // than one partition can be written to (1,000 a second).
      batchSize: 1000,
      whenLate: 'The counts on the organizers’ screens are more than a minute old.',
    },
  },
} as const satisfies Manifest;
