import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['REGISTRY_TABLE', 'ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;

export const manifest = {
  does: 'Says whose token a request carries, on every route but those of devices alone.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 10,
  reserved: 100,
  whenItFails: 'Organizers and supervisors with good tokens are turned away; scanning goes on.',
  may: {
    registry: ['GetItem'],
  },
} as const satisfies Manifest;
