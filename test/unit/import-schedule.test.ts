import { describe, expect, test } from 'vitest';
import { planImport } from '../../functions/programme/plan-import.ts';
import { rowsOfSchedule, type ScheduleFile } from '../../shared/import/schedule-rows.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { makeSchedule, scheduleJson, scheduleXml } from '../support/schedule-fixture.ts';

const event = {
  event: 'conf',
  title: { en: 'Conf' },
  timeZone: 'Asia/Shanghai',
  languages: ['en', 'zh'],
  onePlaceAtATime: false,
  publicKeys: [],
  programmeVersion: 0,
  programmeRevision: 0,
};
const nothing: Programme = { venues: [], sessions: [] };

const load = (file: ScheduleFile, stored = nothing, venueId?: string) =>
  planImport(stored, rowsOfSchedule(file, event, stored.venues, venueId), event.timeZone);

const loaded = (file: ScheduleFile, stored = nothing): Programme => {
  const { result, programme } = load(file, stored);
  expect(result.errors).toEqual([]);
  if (!programme) throw new Error('nothing was imported');
  return programme;
};

const xmlOf = (events: string, { conference = '', day = 'date="2023-02-04"' } = {}) =>
  `<?xml version="1.0"?><schedule><conference><acronym>c23</acronym><title>C &amp; D</title>${conference}</conference><day index="1" ${day}><room name="Main">${events}</room></day></schedule>`;

const times = (xml: string) => {
  const [session] = loaded({ xml }).sessions;
  return [session?.startsAt, session?.endsAt];
};

describe('an organizer loads the schedule that another tool has made', () => {
  const fixture = makeSchedule();

  test('a large conference as schedule.xml: every session with its own id, room, time and title', () => {
    const { venues, sessions } = loaded({ xml: scheduleXml(fixture) });
    expect(sessions).toHaveLength(1000);
    expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(1000);
    expect(venues[0]).toMatchObject({ venueId: 'bigconf23', timeZone: 'Europe/Brussels' });
    expect(new Set(venues[0]?.rooms.map(({ roomId }) => roomId)).size).toBe(fixture.rooms.length);
    const first = sessions.find(({ sessionId }) => sessionId === fixture.events[0]?.guid);
    expect(first).toMatchObject({
      title: { en: fixture.events[0]?.title },
      startsAt: '2023-02-04T08:00:00.000Z',
      roomId: 'h-1302-depage',
      topics: ['Track 0'],
      kind: 'forum',
    });
  });

  test('XML and JSON of the same schedule are the same programme, but for what only one says', () => {
    const fromXml = loaded({ xml: scheduleXml(fixture) });
    const fromJson = loaded({ json: scheduleJson(fixture) });
    const plain = ({ sessions }: Programme) =>
      sessions.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
    expect(plain(fromJson)).toEqual(plain(fromXml));
    expect(fromJson.venues[0]?.rooms[0]?.capacity).toBe(100);
  });

  test('the old form without guid, date and time zone: days begin at day_change, in the event’s zone', () => {
    const { venues, sessions } = loaded({ xml: scheduleXml(fixture, 'pentabarf') });
    expect(sessions).toHaveLength(1000);
    expect(venues[0]).toMatchObject({ title: 'University', city: 'Brussels', timeZone: 'Asia/Shanghai' });
    const first = sessions.find(({ sessionId }) => sessionId === '10000');
    expect(first?.startsAt).toBe('2023-02-04T01:00:00.000Z');
  });

  test('loading it again changes nothing, and a newer export says what changed', () => {
    const stored = loaded({ xml: scheduleXml(fixture) });
    expect(load({ xml: scheduleXml(fixture) }, stored).result).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 1001,
    });
    const renamed = fixture.events.map((one, index) => (index === 3 ? { ...one, title: 'New title' } : one));
    const { result } = load({ xml: scheduleXml({ ...fixture, events: renamed }) }, stored);
    expect(result).toMatchObject({ created: 0, updated: 1, unchanged: 1000 });
  });

  test('what an organizer has set by hand outlives the next import', () => {
    const stored = loaded({ xml: scheduleXml(fixture) });
    const [first, ...others] = stored.sessions;
    if (!first) throw new Error('no session');
    const set = { ...first, admission: { ...first.admission, capacity: 80 }, graceMinutes: 5 };
    const again = load({ xml: scheduleXml(fixture) }, { ...stored, sessions: [set, ...others] });
    expect(again.result).toMatchObject({ created: 0, updated: 0 });
  });

  test('rooms can be put into a venue that is there already, which keeps its name', () => {
    const stored: Programme = {
      venues: [
        {
          venueId: 'hall',
          title: { en: 'The hall', zh: '会场' },
          city: 'Lhasa',
          timeZone: 'Asia/Shanghai',
          rooms: [{ roomId: 'main', title: { en: 'Main', zh: '主' }, capacity: 20 }],
        },
      ],
      sessions: [],
    };
    const { programme } = load(
      { xml: xmlOf('<event id="1"><start>10:00</start><title>x</title></event>') },
      stored,
      'hall',
    );
    expect(programme?.venues[0]).toEqual(stored.venues[0]);
    expect(programme?.sessions[0]).toMatchObject({ venueId: 'hall', roomId: 'main' });
  });
});

describe('times', () => {
  const zone = '<time_zone_name>Europe/Berlin</time_zone_name>';
  test.each([
    [
      'a missing end is the duration',
      '<start>10:00</start><duration>01:30</duration>',
      ['2023-02-04T09:00:00.000Z', '2023-02-04T10:30:00.000Z'],
    ],
    [
      'without a duration an hour',
      '<start>10:00</start>',
      ['2023-02-04T09:00:00.000Z', '2023-02-04T10:00:00.000Z'],
    ],
    [
      'a duration of nothing is an hour',
      '<start>10:00</start><duration>00:00</duration>',
      ['2023-02-04T09:00:00.000Z', '2023-02-04T10:00:00.000Z'],
    ],
    [
      'a duration with seconds',
      '<start>10:00:00</start><duration>01:00:00</duration>',
      ['2023-02-04T09:00:00.000Z', '2023-02-04T10:00:00.000Z'],
    ],
    [
      'a duration of more than a day',
      '<start>10:00</start><duration>1:02:00</duration>',
      ['2023-02-04T09:00:00.000Z', '2023-02-05T11:00:00.000Z'],
    ],
    [
      'a date with an offset wins',
      '<date>2023-02-04T23:30:00+09:00</date><start>10:00</start>',
      ['2023-02-04T14:30:00.000Z', '2023-02-04T15:30:00.000Z'],
    ],
    [
      'a date without one is in the zone',
      '<date>2023-07-04T10:00:00</date>',
      ['2023-07-04T08:00:00.000Z', '2023-07-04T09:00:00.000Z'],
    ],
    [
      'across midnight',
      '<start>23:30</start><duration>01:00</duration>',
      ['2023-02-04T22:30:00.000Z', '2023-02-04T23:30:00.000Z'],
    ],
  ])('%s', (_name, fields, expected) => {
    expect(times(xmlOf(`<event id="1">${fields}<title>x</title></event>`, { conference: zone }))).toEqual(
      expected,
    );
  });

  test('a start before the day begins is in the night after it', () => {
    const event = '<event id="1"><start>01:00</start><title>Party</title></event>';
    const day = 'date="2023-02-04" start="2023-02-04T10:00:00+01:00"';
    expect(times(xmlOf(event, { conference: zone, day }))[0]).toBe('2023-02-05T00:00:00.000Z');
    expect(times(xmlOf(event, { conference: `${zone}<day_change>06:00</day_change>` }))[0]).toBe(
      '2023-02-05T00:00:00.000Z',
    );
    expect(times(xmlOf(event, { conference: zone }))[0]).toBe('2023-02-04T00:00:00.000Z');
  });
});

describe('bad files get a clear answer', () => {
  const detailOf = (xml: string) => {
    try {
      load({ xml });
      return 'read';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><schedule><conference><title>&b;</title></conference></schedule>`;

  test.each([
    ['an entity bomb', bomb, /DOCTYPE/],
    [
      'an external entity',
      '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>',
      /DOCTYPE/,
    ],
    ['a broken file', '<schedule><conference></schedule>', /not well-formed.*line 1/],
    ['another format', '<rss><channel/></rss>', /no schedule/],
    ['no XML', 'hello', /not well-formed|no schedule/],
    ['a reserved name', '<schedule><__proto__>x</__proto__></schedule>', /cannot be read/],
    ['nothing', '', /not well-formed|no schedule/],
  ])('%s', (_name, xml, message) => {
    expect(detailOf(xml)).toMatch(message);
  });

  test('a row whose time cannot be read is named by its place', () => {
    const { result } = load({
      xml: xmlOf('<event id="1"><start>10:00</start></event><event id="2"><start>noon</start></event>'),
    });
    expect(result).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
    expect(result.errors[0]?.pointer).toBe('/schedule/day/0/room/0/event/1/startsAt');
    expect(result.errors[0]?.detail).toMatch(/RFC 3339/);
  });

  test('one guid given twice makes two sessions, the same two each time', () => {
    const xml = xmlOf(
      '<event guid="g-1"><start>10:00</start></event><event guid="g-1"><start>12:00</start></event>',
    );
    const ids = loaded({ xml }).sessions.map(({ sessionId }) => sessionId);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual(loaded({ xml }).sessions.map(({ sessionId }) => sessionId));
  });

  test('thousands of sessions and hundreds of rooms are read within seconds', () => {
    const xml = scheduleXml(makeSchedule({ count: 4000, rooms: 300 }));
    const began = performance.now();
    expect(loaded({ xml }).sessions).toHaveLength(4000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
