import { describe, expect, test } from 'vitest';
import { generateBadges } from '../../programmes/gdec-2023/badges.ts';
import { readEvent, readOutcomes, readProgramme } from '../../programmes/gdec-2023/programme.ts';

const programme = readProgramme();
const sessions = new Map(programme.sessions.map((session) => [session.sessionId, session]));

describe('an organizer who starts Turnout finds the conference as the sources describe it', () => {
  test('title, time zone and languages', () => {
    expect(readEvent()).toEqual({
      title: { en: 'Global Digital Economy Conference 2023', zh: '2023全球数字经济大会' },
      timeZone: 'Asia/Shanghai',
      languages: ['en', 'zh'],
    });
  });

  test('four venues with rooms in their time zones', () => {
    expect(programme.venues.map(({ venueId, timeZone }) => [venueId, timeZone])).toEqual([
      ['cncc', 'Asia/Shanghai'],
      ['singapore', 'Asia/Singapore'],
      ['lhasa', 'Asia/Shanghai'],
      ['shougang-park', 'Asia/Shanghai'],
    ]);
    for (const { rooms } of programme.venues) expect(rooms.length).toBeGreaterThan(0);
  });

  test.each([
    ...['opening-ceremony', 'main-forum', 'closing-ceremony'],
    ...['entrance-cncc', 'entrance-singapore', 'entrance-lhasa', 'entrance-shougang-park'],
    ...['forum-ai', 'forum-open-source', 'forum-digital-security', 'forum-internet-3', 'forum-data-elements'],
    ...['forum-lhasa', 'themed-exhibition', 'night-of-digital-city', 'digital-music-concert'],
    ...['digital-economy-experience-week', 'ai-big-data-competition', 'new-technology-release'],
  ])('the session %s', (sessionId) => {
    expect(sessions.get(sessionId)).toBeDefined();
  });

  test('42 thematic forums, numbered and without invented titles or topics', () => {
    const seminars = programme.sessions.filter(({ kind }) => kind === 'seminar');
    expect(seminars).toHaveLength(42);
    for (const number of Array.from({ length: 42 }, (_, index) => index + 1)) {
      expect(sessions.get(`thematic-forum-${number}`)).toMatchObject({
        title: { en: `Thematic forum ${number}`, zh: `专题论坛${number}` },
        topics: [],
      });
    }
  });

  test('every session once, in a room of its venue, from 4 to 7 July, default admission', () => {
    expect(sessions.size).toBe(programme.sessions.length);
    const rooms = new Set(
      programme.venues.flatMap((venue) => venue.rooms.map((room) => `${venue.venueId}/${room.roomId}`)),
    );
    for (const { venueId, roomId, startsAt, endsAt, admission } of programme.sessions) {
      expect(rooms).toContain(`${venueId}/${roomId}`);
      expect(startsAt < endsAt).toBe(true);
      expect(startsAt >= '2023-07-04T00:00' && endsAt < '2023-07-07T16:00').toBe(true);
      expect(admission).toMatchObject({ categories: null, opensAt: null, closesAt: null });
    }
  });

  test('the opening is in the evening of 4 July, the closing in the afternoon of 7 July, in Beijing', () => {
    expect(sessions.get('opening-ceremony')?.startsAt).toBe('2023-07-04T11:30:00.000Z');
    expect(sessions.get('closing-ceremony')?.startsAt).toBe('2023-07-07T07:00:00.000Z');
  });

  test('up to 14 forum rooms at once and never two sessions in one room', () => {
    const forums = programme.sessions.filter(({ kind }) => kind === 'forum' || kind === 'seminar');
    const atOnce = forums.map(
      ({ startsAt: at }) => forums.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt).length,
    );
    expect(Math.max(...atOnce)).toBe(14);
    const busy = programme.sessions.map((each) => ({ ...each, room: `${each.venueId}/${each.roomId}` }));
    for (const one of busy) {
      const overlapping = busy.filter(
        (other) => other.room === one.room && other.startsAt < one.endsAt && one.startsAt < other.endsAt,
      );
      expect(overlapping.map(({ sessionId }) => sessionId)).toEqual([one.sessionId]);
    }
  });
});

describe('the press finds the named outcomes', () => {
  const outcomes = readOutcomes();

  test('fourteen by kind', () => {
    const kinds = Object.groupBy(outcomes, ({ kind }) => kind);
    expect(Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, of.length]))).toEqual({
      initiative: 1,
      report: 5,
      achievement: 2,
      project: 3,
      award: 2,
      notice: 1,
    });
    expect(new Set(outcomes.map(({ outcomeId }) => outcomeId)).size).toBe(outcomes.length);
  });

  test('those of the closing ceremony under embargo, every named session in the programme', () => {
    const embargoed = outcomes.filter(({ publish }) => publish === 'at-closing-ceremony');
    expect(embargoed).toHaveLength(6);
    for (const { sessionId } of embargoed) expect(sessionId).toBe('closing-ceremony');
    for (const { sessionId } of outcomes)
      if (sessionId !== undefined) expect(sessions.has(sessionId)).toBe(true);
  });
});

describe('badges are plausible, reproducible and nobody’s', () => {
  const badges = generateBadges();

  test('3,000 with ids in order and different names', () => {
    expect(badges).toHaveLength(3000);
    expect(badges[0]?.badgeId).toBe('B-000001');
    expect(badges.at(-1)?.badgeId).toBe('B-003000');
    expect(new Set(badges.map(({ name }) => name)).size).toBe(3000);
  });

  test('six categories, each at least 2 %, delegates most', () => {
    const shares = Object.entries(Object.groupBy(badges, ({ category }) => category)).map(
      ([category, of]) => [category, of.length / badges.length] as const,
    );
    expect(shares).toHaveLength(6);
    for (const [, share] of shares) expect(share).toBeGreaterThan(0.02);
    expect(shares.toSorted(([, a], [, b]) => b - a)[0]?.[0]).toBe('delegate');
  });

  test('at least 40 countries and regions in ISO 3166-1 alpha-2', () => {
    const countries = new Set(badges.map(({ country }) => country));
    expect(countries.size).toBeGreaterThanOrEqual(40);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    for (const country of countries) expect(names.of(country), country).toBeDefined();
  });

  test('the same for the same seed, others for another', () => {
    expect(generateBadges()).toEqual(badges);
    expect(generateBadges({ seed: 7 })).not.toEqual(badges);
    expect(generateBadges({ count: 10 })).toEqual(badges.slice(0, 10));
  });
});
