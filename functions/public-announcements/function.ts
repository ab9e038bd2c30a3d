import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'ANNOUNCEMENTS_TABLE',
  'REGISTRY_TABLE',
  'SEALING_SECRET_ARN',
  'ISSUER',
  'JWKS_URL',
  'AUDIENCE',
] as const;

export const manifest = {
  does: 'Shows what is published, to everybody.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 50,
  whenItFails: 'Readers of the site and of the feeds see no announcements.',
  may: {
    announcements: ['GetItem', 'Query'],
    registry: ['GetItem'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
