import { describe, expect, it } from 'vitest';
import { cacheControlOf, fileOfPath, securityHeaders } from '../../web/serving.ts';
import { nowAndNext } from '../../web/start/now-and-next.ts';

describe('what answers a path of the pages', () => {
  it.each([
    ['/', 'start/index.html'],
    ['/organizer', 'organizer/index.html'],
    ['/organizer/rooms/opening-ceremony', 'organizer/index.html'],
    ['/organizers', 'organizers'],
    ['/scan', 'scan/index.html'],
    ['/scan-sw.js', 'scan-sw.js'],
    ['/assets/start-abc.js', 'assets/start-abc.js'],
  ])('%s is answered by %s', (path, file) => expect(fileOfPath(path)).toBe(file));

  it('keeps only what is named by its content', () => {
    expect(cacheControlOf('assets/start-abc.js')).toContain('immutable');
    expect(cacheControlOf('scan-sw.js')).toBe('no-cache');
    expect(cacheControlOf('start/index.html')).toBe('no-cache');
  });

  it('runs no script but its own, and talks to nobody else', () => {
    const { 'content-security-policy': policy = '' } = securityHeaders(['https://api.example.org']);
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).toContain("connect-src 'self' https://api.example.org");
  });
});

describe('now and next', () => {
  const session = (sessionId: string, startsAt: string, endsAt: string, cancelled = false) => ({
    sessionId,
    title: { en: sessionId },
    kind: 'forum',
    venueId: 'hall',
    roomId: null,
    startsAt,
    endsAt,
    topics: [],
    cancelled,
    graceMinutes: 30,
    admission: {
      categories: null,
      reentry: 'after-exit' as const,
      opensAt: null,
      closesAt: null,
      capacity: null,
      capacityMode: 'advisory' as const,
    },
  });
  it('shows a session from its beginning until its end, and never one that is cancelled', () => {
    const programme = {
      event: 'e',
      venues: [{ venueId: 'hall', title: 'Hall', city: null, timeZone: 'UTC', rooms: [] }],
      sessions: [
        session('later', '2026-01-01T12:00:00.000Z', '2026-01-01T13:00:00.000Z'),
        session('first', '2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z'),
        session('off', '2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z', true),
      ],
    };
    const at = (time: string) => {
      const [board] = nowAndNext(programme, Date.parse(time));
      return [board?.now.map(({ sessionId }) => sessionId), board?.next.map(({ sessionId }) => sessionId)];
    };
    expect(at('2026-01-01T09:59:59.999Z')).toEqual([[], ['first', 'later']]);
    expect(at('2026-01-01T10:00:00.000Z')).toEqual([['first'], ['later']]);
    expect(at('2026-01-01T11:00:00.000Z')).toEqual([[], ['later']]);
  });
});
