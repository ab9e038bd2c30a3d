import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ANNOUNCEMENTS_TABLE', 'REGISTRY_TABLE', 'DUE_QUEUE_URL'] as const;

export const manifest = {
  does: 'Drafts, schedules, publishes, corrects and retracts announcements.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  reserved: 10,
  whenItFails: 'The press office cannot draft, publish, correct or retract.',
  may: {
    announcements: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
    registry: ['GetItem'],
    // What is scheduled for the next two minutes is handed over at once: `release` may have just passed.
    'due queue': ['SendMessage'],
  },
} as const satisfies Manifest;
