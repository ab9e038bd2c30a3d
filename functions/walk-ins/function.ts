import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ATTENDANCE_TABLE', 'COUNTS_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Registers somebody who comes without a badge, and lets them in as any other.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 20,
  whenItFails: 'Somebody without a badge is not registered at the door: send them to the registration desk.',
  may: {
    attendance: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    counts: ['Query'],
    registry: ['GetItem', 'BatchGetItem', 'Query'],
    // When a device was last heard of.
    'registry devices': ['UpdateItem'],
    'registry badges': ['PutItem', 'UpdateItem'],
  },
} as const satisfies Manifest;
