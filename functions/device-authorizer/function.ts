import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['REGISTRY_TABLE', 'SEALING_SECRET_ARN', 'ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;

export const manifest = {
  does: 'Says whose token a request of the doors carries: nobody else’s requests take its concurrency.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 5,
  reserved: 100,
  whenItFails: 'Devices with good tokens are turned away: every door may stand still.',
  may: {
    registry: ['GetItem'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
