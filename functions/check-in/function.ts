import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ATTENDANCE_TABLE', 'COUNTS_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Decides at the doors who may enter, and records it.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 10,
  reserved: 200,
  whenItFails: 'A scan at a door gets no answer: the volunteer has to try again or to let people in offline.',
  may: {
    attendance: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    counts: ['Query'],
    // A batch of names, for supervisors alone.
    registry: ['GetItem', 'BatchGetItem', 'Query'],
    // When a device was last heard of; the door writes nothing else there.
    'registry devices': ['UpdateItem'],
  },
} as const satisfies Manifest;
