import type { Manifest } from '../../infra/manifest.ts';
import { COUNTERS } from '../../shared/store/tables.ts';

export const settings = [
  'ANNOUNCEMENTS_TABLE',
  'ATTENDANCE_TABLE',
  'COUNTS_TABLE',
  'REGISTRY_TABLE',
  'OPERATIONS_TOPIC_ARN',
] as const;

export const manifest = {
  does: 'Tells operations what needs a person: full rooms, conflicts, silent devices, drift.',
  settings,
  memoryMb: 1024,
  timeoutSeconds: 120,
  whenItFails: 'Nobody is told that a room is full, that a device is silent or that two doors contradict.',
  may: {
    // That a room is full, where its organizers want the public to know.
    announcements: ['GetItem', 'PutItem'],
    // PutItem leaves a mark in the stream, see AttendanceStore.mark.
    attendance: ['GetItem', 'Query', 'PutItem'],
    'attendance conflicts': ['Query'],
    counts: ['GetItem', 'Query', 'UpdateItem'],
    registry: ['GetItem', 'Query'],
    'operations topic': ['Publish'],
    'operations key': ['GenerateDataKey', 'Decrypt'],
  },
  runs: {
    in: 'watch',
    onStream: {
      of: 'counts',
      filters: [COUNTERS],
      // Looks at each session once a batch, whatever changed how often: with 100 it fell behind a full programme.
      batchSize: 1000,
      whenLate:
        'That a room is full, or that two doors contradict each other, is told more than a minute late.',
    },
    every: {
      devices: { rate: 'rate(1 minute)', input: { task: 'devices' } },
      verify: { rate: 'rate(15 minutes)', input: { task: 'verify' } },
    },
  },
} as const satisfies Manifest;
