import { describe, expect, test } from 'vitest';
import { planImport } from '../../functions/programme/plan-import.ts';
import { defaultWords } from '../../shared/domain/event-words.ts';
import type { Programme } from '../../shared/store/programme.ts';

const nothing: Programme = { venues: [], sessions: [] };
const hall = {
  venueId: 'hall',
  title: 'Hall',
  timeZone: 'Asia/Shanghai',
  rooms: [
    { roomId: 'a', title: 'Room A', capacity: 300 },
    { roomId: 'big', title: 'Big', capacity: 9000 },
  ],
};
const aSession = (more: object = {}) => ({
  sessionId: 'opening',
  title: { en: 'Opening' },
  venueId: 'hall',
  roomId: 'a',
  startsAt: '2023-07-04T10:00:00Z',
  endsAt: '2023-07-04T12:00:00+00:00',
  ...more,
});

const plan = (file: { venues?: unknown[]; sessions?: unknown[] }, stored = nothing) =>
  planImport(
    stored,
    {
      source: 'native',
      venues: (file.venues ?? []).map((value, index) => ({ pointer: `/venues/${index}`, value })),
      sessions: (file.sessions ?? []).map((value, index) => ({ pointer: `/sessions/${index}`, value })),
    },
    { timeZone: 'Asia/Shanghai', languages: ['en'], ...defaultWords() },
  );
const applied = (...args: Parameters<typeof plan>): Programme => {
  const { programme, result } = plan(...args);
  expect(result.errors).toEqual([]);
  if (!programme) throw new Error('nothing applied');
  return programme;
};
const places = (...args: Parameters<typeof plan>) =>
  plan(...args).result.errors.map(({ pointer }) => pointer);

describe('an organizer sees which rows of a file are wrong, and nothing of it is applied', () => {
  test.each([
    ['a malformed time', [aSession({ startsAt: 'noon' })], ['/sessions/0/startsAt']],
    ['an end before the start', [aSession({ endsAt: '2023-07-04T09:00:00Z' })], ['/sessions/0/endsAt']],
    ['an unknown venue', [aSession({ venueId: 'nowhere' })], ['/sessions/0/venueId']],
    ['an unknown room', [aSession({ roomId: 'zzz' })], ['/sessions/0/roomId']],
    ['an id twice', [aSession(), aSession()], ['/sessions/1/sessionId']],
    ['an unknown field', [aSession({ speaker: 'x' })], ['/sessions/0/speaker']],
    ['no object', [aSession({ sessionId: 's0' }), 'x'], ['/sessions/1']],
    [
      'a window that closes first',
      [aSession({ admission: { opensAt: '2023-07-04T10:00:00Z', closesAt: '2023-07-04T09:00:00Z' } })],
      ['/sessions/0/admission/closesAt'],
    ],
    [
      'enforced without a capacity',
      [aSession({ admission: { capacityMode: 'enforced' } })],
      ['/sessions/0/admission/capacity'],
    ],
    [
      'an unknown category',
      [aSession({ admission: { categories: ['king'] } })],
      ['/sessions/0/admission/categories/0'],
    ],
  ])('%s', (_name, sessions, expected) => {
    const { result, programme } = plan({ venues: [hall], sessions });
    expect(result.errors.map(({ pointer }) => pointer)).toEqual(expected);
    expect(programme).toBeUndefined();
    expect(result).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
  });

  test('every wrong row is named at once', () => {
    const sessions = [aSession({ startsAt: 'x' }), aSession({ sessionId: 'B!' }), aSession({ venueId: 'q' })];
    expect(places({ venues: [hall], sessions })).toEqual([
      '/sessions/0/startsAt',
      '/sessions/1/sessionId',
      '/sessions/2/venueId',
    ]);
  });

  test('a broken venue is named once, not again by each of its sessions', () => {
    expect(places({ venues: [{ ...hall, timeZone: 'Mars' }], sessions: [aSession()] })).toEqual([
      '/venues/0/timeZone',
    ]);
  });

  test('a room that a session still uses cannot be taken away', () => {
    const stored = applied({ venues: [hall], sessions: [aSession()] });
    expect(places({ venues: [{ ...hall, rooms: [] }] }, stored)).toEqual(['/venues/0/rooms']);
  });
});

describe('importing again', () => {
  const stored = applied({ venues: [hall], sessions: [aSession()] });

  test('the same file changes nothing', () => {
    const { result, programme } = plan({ venues: [hall], sessions: [aSession()] }, stored);
    expect(result).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(programme).toBeUndefined();
  });

  test('a change is counted, and gives the session a new version', () => {
    const next = applied({ sessions: [aSession({ title: { en: 'Opening', zh: '开幕' } })] }, stored);
    expect(next.sessions[0]).toMatchObject({ version: 2, title: { en: 'Opening', zh: '开幕' } });
  });

  test('sessions that are not in the file stay', () => {
    const next = applied({ sessions: [aSession({ sessionId: 'closing' })] }, stored);
    expect(next.sessions.map(({ sessionId }) => sessionId).sort()).toEqual(['closing', 'opening']);
  });

  test('what is left out stays, what is null goes', () => {
    const limited = applied({ sessions: [aSession({ admission: { capacity: 50 } })] }, stored);
    const kept = applied(
      { sessions: [aSession({ kind: 'ceremony', admission: { reentry: 'never' } })] },
      limited,
    );
    expect(kept.sessions[0]?.admission).toMatchObject({ capacity: 50, reentry: 'never' });
    const freed = applied({ sessions: [aSession({ admission: { capacity: null } })] }, kept);
    expect(freed.sessions[0]).toMatchObject({
      kind: 'ceremony',
      admission: { capacity: null, reentry: 'never' },
    });
  });
});

describe('keys of attendance are spread by the capacity at creation, and never move', () => {
  test.each([
    [{ capacity: 500 }, 1],
    [{ capacity: 2000 }, 1],
    [{ capacity: 2001 }, 2],
    [{ capacity: 9000 }, 8],
    [{ capacity: 1_000_000 }, 64],
  ])('%o', (admission, shards) => {
    expect(applied({ venues: [hall], sessions: [aSession({ admission })] }).sessions[0]?.shards).toBe(shards);
  });

  test('else by the room', () => {
    expect(applied({ venues: [hall], sessions: [aSession({ roomId: 'big' })] }).sessions[0]?.shards).toBe(8);
  });

  test('a later capacity does not move them', () => {
    const stored = applied({ venues: [hall], sessions: [aSession()] });
    const next = applied({ sessions: [aSession({ admission: { capacity: 50_000 } })] }, stored);
    expect(next.sessions[0]?.shards).toBe(1);
  });
});
