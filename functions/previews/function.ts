import type { Manifest } from '../../infra/manifest.ts';

export const settings = ['ANNOUNCEMENTS_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Shows scheduled announcements before their time, to people who were given a personal link.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 10,
  // Apart from those who publish: however often a link is opened, they are not held up (I8).
  reserved: 5,
  whenItFails: 'Journalists cannot read under embargo; publication is not touched.',
  may: {
    announcements: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    registry: ['GetItem'],
  },
} as const satisfies Manifest;
