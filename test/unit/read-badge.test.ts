import { expect, test } from 'vitest';
import { badgeReader } from '../../shared/door/read-badge.ts';
import type { EventRecord } from '../../shared/store/events.ts';

const event: EventRecord = {
  categories: [],
  kinds: [],
  onePlaceAtATime: false,
  closedAt: null,
  programmeVersion: 0,
  event: 'gdec-2023',
  title: { en: 'GDEC' },
  timeZone: 'Asia/Shanghai',
  languages: ['en'],
  programmeRevision: 0,
  publicKeys: [],
};
const owner = { badgeId: 'B-7', category: 'delegate', country: null, since: null, until: null } as const;

test('a code of another system is read once a request, and anew in the next one', async () => {
  let reads = 0;
  const reader = badgeReader({
    badges: {
      ownersOfCode: async () => {
        reads += 1;
        return { owners: [owner], revokedAt: null };
      },
    },
    conference: async () => ({ event, standings: new Map() }),
    warnStale: () => {},
  });
  for (const request of [1, 2]) {
    const read = reader({ event, standings: new Map() });
    const badges = await Promise.all(Array.from({ length: 25 }, (_, at) => read('TICKET-7', at)));
    expect(badges.every((badge) => badge.kind === 'known' && badge.badgeId === 'B-7')).toBe(true);
    expect(reads).toBe(request);
  }
});
