import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;

export const manifest = {
  does: 'Says who may watch an event live.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 20,
  whenItFails: 'Organizers’ screens get no live counts; they show a snapshot every 30 seconds instead.',
  may: {},
} as const satisfies Manifest;
