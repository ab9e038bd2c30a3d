import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['SUBSCRIBERS_TABLE', 'MAIL_EVENTS_QUEUE_URL'] as const;

export const manifest = {
  does: 'Hears what became of mails: arrived, bounced, complained about.',
  settings,
  memoryMb: 256,
  timeoutSeconds: 30,
  whenItFails: 'Reports do not say which mails arrived, and mailboxes that bounce are written to again.',
  may: { subscribers: ['UpdateItem', 'PartiQLUpdate'] },
  runs: { in: 'delivery', onQueues: [{ of: 'mail events queue', batchSize: 10, maxConcurrency: 2 }] },
} as const satisfies Manifest;
