import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['REGISTRY_TABLE', 'ISSUER', 'AUDIENCE'] as const;

export const manifest = {
  does: 'Says that we are well, what the API is, and that there is nothing at an address.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 10,
  whenItFails: 'Health checks report us as down, and mistyped requests get an unhelpful answer.',
  may: {
    registry: ['GetItem'],
  },
} as const satisfies Manifest;
