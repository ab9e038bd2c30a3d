import type { Manifest } from '../../infra/manifest.ts';
import { BADGE_RECORDS } from '../../shared/store/tables.ts';

export const settings = ['ATTENDANCE_TABLE', 'REGISTRY_TABLE'] as const;

export const manifest = {
  does: 'Ends a stay where another one begins, if the event wants one place at a time.',
  settings,
  memoryMb: 512,
  timeoutSeconds: 30,
  whenItFails: 'Where one place at a time is wanted, people are shown in the room that they have left, too.',
  may: {
    // GetItem, Query and PutItem are the gate's, where capacity is enforced.
    attendance: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    registry: ['GetItem', 'Query', 'UpdateItem'],
  },
  runs: {
    in: 'streams',
    // The second and last reader: a stream has at most two.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    onStream: {
      of: 'attendance',
      filters: [BADGE_RECORDS],
      whenLate: 'Where one place at a time is wanted, people are shown in two rooms for more than a minute.',
    },
  },
} as const satisfies Manifest;
