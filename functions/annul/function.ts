import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ATTENDANCE_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Takes a scan back: it stays in the record and no longer counts.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 20,
  whenItFails: 'A scan that was a mistake can’t be taken back and goes on counting: send it again later.',
  may: {
    // A gate is opened by reading who is inside.
    attendance: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    registry: ['GetItem'],
  },
} as const satisfies Manifest;
