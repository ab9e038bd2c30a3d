import { expect, test } from 'vitest';
import { withNames } from '../../shared/door/badge-names.ts';

test('a scan is answered as it was decided where names cannot be read', async () => {
  const badge = { badgeId: 'B-1', category: 'delegate', country: null, name: null };
  const result = {
    scanId: 's',
    outcome: 'admitted' as const,
    reason: null,
    detail: 'Welcome',
    replayed: false,
    conflict: null,
    badge,
    attendance: null,
    previous: null,
    occupancy: null,
  };
  const supervisor = {
    kind: 'device',
    deviceId: 's-1',
    event: 'e',
    role: 'supervisor',
    sessions: null,
  } as const;
  const fails = () => Promise.reject(new Error('the store is away'));
  expect(await withNames(fails, supervisor, [result])).toEqual([result]);
});
