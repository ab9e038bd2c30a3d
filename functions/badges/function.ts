import type { Manifest } from '../../infra/manifest.ts';

export const settings = [
  'REGISTRY_TABLE',
  'ATTENDANCE_TABLE',
  'SIGNING_SECRET_ARN',
  'SEALING_SECRET_ARN',
] as const;

export const manifest = {
  does: 'Imports, signs, finds and revokes badges.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 29,
  reserved: 20,
  whenItFails: 'Badges cannot be imported, found or revoked: a lost badge may still open doors.',
  may: {
    // Queries the refusals for which a badge's record had no room.
    attendance: ['GetItem', 'BatchGetItem', 'Query'],
    registry: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem'],
    'signing secret': ['GetSecretValue'],
    'sealing secret': ['GetSecretValue'],
  },
} as const satisfies Manifest;
