import type { Manifest } from '../../infra/manifest.ts';

export const settings = [] as const;

export const manifest = {
  does: 'Puts roles and events into the tokens of people who sign in.',
  settings,
  memoryMb: 256,
  timeoutSeconds: 5,
  reserved: 10,
  whenItFails: 'Organizers cannot sign in: nobody can publish, revoke or watch the rooms.',
  may: {},
} as const satisfies Manifest;
