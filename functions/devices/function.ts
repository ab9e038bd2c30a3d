import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['REGISTRY_TABLE', 'SEALING_SECRET_ARN'] as const;

export const manifest = {
  does: 'Pairs, lists and revokes devices, and tells scanners what they need offline.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 50,
  whenItFails: 'Devices cannot be paired or revoked, and scanners get no fresh data for working offline.',
  may: {
    registry: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
