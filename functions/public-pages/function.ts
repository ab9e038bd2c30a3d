import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'ANNOUNCEMENTS_TABLE',
  'COUNTS_TABLE',
  'REGISTRY_TABLE',
  'SEALING_SECRET_ARN',
] as const;

export const manifest = {
  does: 'Shows the public what is announced and how full the rooms are, as pages.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  // What a crowd can set off ends here (I8).
  reserved: 20,
  whenItFails: 'The public pages of announcements and rooms are not shown; feeds and the API are.',
  may: {
    announcements: ['GetItem', 'Query'],
    counts: ['Query'],
    registry: ['GetItem', 'Query'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
