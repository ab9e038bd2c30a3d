import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['REGISTRY_TABLE', 'SEALING_SECRET_ARN', 'ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;

export const manifest = {
  does: 'Says whose token a request carries, on every route but those of devices alone.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 10,
  reserved: 100,
  whenItFails: 'Organizers and supervisors with good tokens are turned away; scanning goes on.',
  may: {
    registry: ['GetItem'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
