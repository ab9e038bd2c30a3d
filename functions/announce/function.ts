import type { Manifest } from '../../infra/manifest.ts';
import { NEW_EDITIONS } from '../../shared/store/tables.ts';

export const settings = [
  'ANNOUNCEMENTS_TABLE',
  'REGISTRY_TABLE',
  'TOPIC_PREFIX',
  'OPERATIONS_TOPIC_ARN',
] as const;

export const manifest = {
  does: 'Sends new editions to their topics.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 30,
  whenItFails: 'Published announcements do not reach subscribers until the stream moves again.',
  may: {
    announcements: ['GetItem', 'UpdateItem', 'Query'],
    registry: ['Query'],
    'announcement topics': ['Publish'],
  },
  runs: {
    in: 'streams',
    onStream: {
      of: 'announcements',
      filters: [NEW_EDITIONS],
      whenLate: 'Subscribers get published announcements more than a minute late.',
    },
    every: { 'announce-sweep': { rate: 'rate(5 minutes)' } },
  },
} as const satisfies Manifest;
