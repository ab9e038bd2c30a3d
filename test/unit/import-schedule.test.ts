import { describe, expect, test } from 'vitest';
import { planImport } from '../../functions/programme/plan-import.ts';
import { defaultWords } from '../../shared/domain/event-words.ts';
import { parseScheduleXml } from '../../shared/import/parse-schedule-xml.ts';
import { rowsOfSchedule, type ScheduleFile } from '../../shared/import/schedule-rows.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { makeSchedule, scheduleJson, scheduleXml } from '../support/schedule-fixture.ts';

const event = {
  event: 'conf',
  title: { en: 'Conf' },
  timeZone: 'Asia/Shanghai',
  languages: ['en', 'zh'],
  ...defaultWords(),
  onePlaceAtATime: false,
  publicKeys: [],
  programmeVersion: 0,
  programmeRevision: 0,
};
const nothing: Programme = { venues: [], sessions: [] };

const load = (file: ScheduleFile, stored = nothing, venueId?: string) =>
  planImport(stored, rowsOfSchedule(file, event, stored, venueId), event);

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
      sessions
        // Only JSON has the rooms' capacities, from which the shards follow.
        .map(({ shards: _, ...session }) => session)
        .toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
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

  test.each([
    ['one guid', () => 'g'],
    ['a guid each', (index: number) => `g-${index}`],
  ])('five thousand sessions at one time in one room, with %s, are read within seconds', (_name, guid) => {
    const events = Array.from(
      { length: 5000 },
      (_, index) => `<event guid="${guid(index)}"><start>10:00</start></event>`,
    );
    const began = performance.now();
    const { result, programme } = load({ xml: xmlOf(events.join('')) });
    expect([result.sessions.created, result.warnings.length]).toEqual([5000, 50]);
    expect(load({ xml: xmlOf(events.join('')) }, programme).result.sessions.unchanged).toBe(5000);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('a session more than a programme may have is not read', () => {
    const events = '<event><start>10:00</start></event>'.repeat(5001);
    expect(() => load({ xml: xmlOf(events) })).toThrow('has 5001 sessions; at most 5000');
  });

  test('thousands of sessions and hundreds of rooms are read within seconds', () => {
    const xml = scheduleXml(makeSchedule({ count: 4000, rooms: 300 }));
    const began = performance.now();
    expect(loaded({ xml }).sessions).toHaveLength(4000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('a file that is not what it seems', () => {
  const bomb = `<!DOCTYPE schedule [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}">]>`;
  const body =
    '<schedule><conference><acronym>c</acronym></conference><day date="2023-02-04"><room name="R"><event guid="g"><start>10:00</start><title>&c;</title></event></room></day></schedule>';
  test.each([
    ['at the beginning', `${bomb}${body}`],
    ['after a comment with a tag in it', `<!-- <a> -->${bomb}${body}`],
    ['after a comment with a bracket', `<!-- < -->${bomb}${body}`],
    ['after an instruction with a tag in it', `<?x <schedule> ?>${bomb}${body}`],
    ['in lower case', `${bomb.replace('DOCTYPE', 'doctype')}${body}`],
    ['behind the root', `${body}${bomb}`],
    ['inside the root', body.replace('<day', `${bomb}<day`)],
  ])('a DOCTYPE with entities %s is refused unread', (_where, xml) => {
    const before = process.memoryUsage().heapUsed;
    expect(() => load({ xml: `<?xml version="1.0"?>${xml}` })).toThrow(/DOCTYPE|well-formed|cannot be read/);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });

  // 4.9 MB of each took seconds of CPU, or were answered with megabytes.
  const filled = (piece: string) => piece.repeat(4_900_000 / piece.length);
  test.each([
    ['elements', `<schedule>${filled('<a/>')}</schedule>`],
    ['names', `<schedule>${Array.from({ length: 300_000 }, (_, at) => `<a${at}/>`).join('')}</schedule>`],
    ['instructions', `<schedule>${filled('<?x?>')}</schedule>`],
    ['open elements', filled('<a>')],
    ['attributes', `<schedule ${Array.from({ length: 300_000 }, (_, at) => `b${at}=">"`).join(' ')}/>`],
    ['names in a tag', `<schedule ${filled('b ')}/>`],
  ])('more %s than a schedule has are refused early, in few words', (_what, xml) => {
    const { user } = process.cpuUsage();
    const parsed = parseScheduleXml(xml);
    expect(process.cpuUsage({ user, system: 0 }).user / 1000).toBeLessThan(1000);
    expect(parsed).toMatchObject({ kind: 'broken', detail: expect.stringMatching(/^has (more than|a tag)/) });
    expect(JSON.stringify(parsed).length).toBeLessThan(500);
  });

  test('a file that is not well-formed is not said back at length', () => {
    expect(JSON.stringify(parseScheduleXml('<a>'.repeat(100_000))).length).toBeLessThan(500);
  });

  test('a comment that never ends takes no longer than one that does', () => {
    expect(() => load({ xml: `<schedule>${'<!-- '.repeat(300_000)}` })).toThrow(
      /not well-formed|cannot be read/,
    );
  });

  test('a title that only speaks of a DOCTYPE is a title', () => {
    const [session] = loaded({
      xml: xmlOf(
        '<event guid="g"><start>10:00</start><title><![CDATA[<!DOCTYPE html> and after]]></title></event>',
      ),
    }).sessions;
    expect(session?.title).toEqual({ en: '<!DOCTYPE html> and after' });
  });

  test.each([
    ['ISO-8859-1', '<?xml version="1.0" encoding="ISO-8859-1"?>'],
    ['windows-1252', "<?xml version='1.0' encoding='windows-1252'?>"],
    ['UTF-16', '<?xml version="1.0" encoding="UTF-16"?>'],
  ])('%s would lose its letters silently', (name, declaration) => {
    const xml = (title: string) =>
      xmlOf(`<event guid="g"><start>10:00</start><title>${title}</title></event>`).replace(
        '<?xml version="1.0"?>',
        declaration,
      );
    expect(() => load({ xml: xml('Caf\u00e9') })).toThrow(new RegExp(`declared as ${name}`));
    expect(loaded({ xml: xml('Cafe') }).sessions).toHaveLength(1);
  });

  test('letters that are lost already are not stored', () => {
    expect(() =>
      load({ xml: xmlOf('<event guid="g"><start>10:00</start><title>Caf\ufffd</title></event>') }),
    ).toThrow(/not UTF-8/);
  });

  test.each([
    ['no day', { xml: '<schedule><conference><acronym>c</acronym></conference></schedule>' }],
    ['an empty day', { xml: xmlOf('') }],
    [
      'JSON without events',
      { json: { schedule: { conference: { days: [{ date: '2023-02-04', rooms: {} }] } } } },
    ],
    ['JSON of another kind', { json: { schedule: { conference: { title: 'x' }, events: [] } } }],
  ])('%s: never a success of nothing', (_name, file) => {
    expect(() => load(file)).toThrow(/no session|no schedule.json/);
  });
});

describe('forms that other tools write', () => {
  test('events that stand in the day itself (pentabarf, FOSDEM 2007 to 2012)', () => {
    const xml =
      '<schedule><conference><title>F</title><day_change>08:00</day_change></conference><day date="2008-02-23" index="1"><event id="7"><start>10:00</start><duration>00:45</duration><room>Janson</room><title>Welcome</title></event><event id="8"><start>11:00</start><duration>00:45</duration><room>Chavanne</room><title>Next</title></event></day></schedule>';
    const { venues, sessions } = loaded({ xml });
    expect(sessions.map(({ sessionId, roomId }) => [sessionId, roomId])).toEqual([
      ['7', 'janson'],
      ['8', 'chavanne'],
    ]);
    expect(venues[0]?.rooms).toHaveLength(2);
  });

  test.each([
    ['in one list', (events: object[]) => events],
    ['by day', (events: object[]) => ({ '2023-02-04': events })],
    ['by room', (events: object[]) => ({ Main: events })],
  ])('version 2 of schedule.json, events %s', (_name, wrap) => {
    const one = {
      guid: 'g1',
      date: '2023-02-04T10:00:00+01:00',
      duration: '00:30',
      room: 'Main',
      title: 'One',
    };
    const json = {
      schedule: {
        version: '2',
        conference: { acronym: 'v2', time_zone_name: 'Europe/Berlin' },
        events: wrap([one]),
      },
    };
    expect(loaded({ json }).sessions).toMatchObject([
      {
        sessionId: 'g1',
        startsAt: '2023-02-04T09:00:00.000Z',
        endsAt: '2023-02-04T09:30:00.000Z',
        roomId: 'main',
      },
    ]);
  });

  test.each([
    ['Deep <b>learning</b> today', 'Deep learning today'],
    ['One<br/>two', 'One two'],
    ['<p>First</p><p>second</p>', 'First second'],
    ['H<sub>2</sub>O &amp; more', 'H2O & more'],
    ['&lt;i&gt;Escaped&lt;/i&gt; too', 'Escaped too'],
    ['Vec&lt;T&gt; when a &lt; b', 'Vec<T> when a < b'],
    ['<![CDATA[<em>In</em> CDATA]]>', 'In CDATA'],
  ])('markup in a title becomes text with its spaces: %s', (title, text) => {
    const [session] = loaded({
      xml: xmlOf(`<event guid="g"><start>10:00</start><title>${title}</title></event>`),
    }).sessions;
    expect(session?.title).toEqual({ en: text });
  });

  test.each(['soon', '1h', '25:99', '-1:00', '1:2:3:4', 'PT', '1.5'])(
    'a duration of %s is an error that names it, not an hour',
    (duration) => {
      const { result } = load({
        xml: xmlOf(`<event guid="g"><start>10:00</start><duration>${duration}</duration></event>`),
      });
      expect(result.errors).toMatchObject([{ pointer: '/schedule/day/0/room/0/event/0/duration' }]);
      expect(result.errors[0]?.detail).toContain(JSON.stringify(duration));
    },
  );

  test.each([
    ['1:30:00', 90],
    ['0:45:00', 45],
    ['0:15:00', 15],
    ['PT5400S', 90],
    ['PT0S', 60],
  ])('a duration of %s, as other programs write it, is %d minutes', (duration, minutes) => {
    const [start = '', end = ''] = times(
      xmlOf(`<event guid="g"><start>10:00</start><duration>${duration}</duration></event>`),
    );
    expect((Date.parse(end) - Date.parse(start)) / 60_000).toBe(minutes);
  });

  test.each([
    ['an end', '<start>10:00</start><end>quarter past</end>', 'end'],
    ['an offset of no place', '<date>2023-02-04T10:00:00+99:99</date>', 'startsAt'],
  ])('%s that cannot be read is an error', (_name, fields, field) => {
    const { result } = load({ xml: xmlOf(`<event guid="g">${fields}</event>`) });
    expect(result.errors[0]?.pointer).toBe(`/schedule/day/0/room/0/event/0/${field}`);
  });

  test.each(['Europe/Atlantis', '+02:00', 'CET+1'])(
    'a time zone that nobody knows is an error: %s',
    (zone) => {
      const conference = `<time_zone_name>${zone}</time_zone_name>`;
      const event = '<event guid="g"><start>10:00</start></event>';
      expect(load({ xml: xmlOf(event, { conference }) }).result.errors).toEqual([
        {
          pointer: '/schedule/conference/time_zone_name',
          detail: `"${zone}" is no IANA time zone such as Asia/Shanghai`,
        },
      ]);
    },
  );

  test('a file without a time zone would move a venue to another', () => {
    const zoned = loaded({
      xml: xmlOf('<event guid="g"><start>10:00</start></event>', {
        conference: '<time_zone_name>Europe/Brussels</time_zone_name>',
      }),
    });
    const again = load({ xml: xmlOf('<event guid="g"><start>11:00</start></event>') }, zoned);
    expect(again.programme?.venues[0]?.timeZone).toBe('Europe/Brussels');
    expect(again.programme?.sessions[0]?.startsAt).toBe('2023-02-04T10:00:00.000Z');
  });
});

describe('schedules of two conferences in one event, both of which count their talks', () => {
  const numbered = (acronym: string, ids: readonly string[], more = '') =>
    `<schedule><conference><acronym>${acronym}</acronym></conference><day date="2023-02-04"><room name="Main">${ids
      .map(
        (id, index) => `<event id="${id}"><start>1${index}:00</start><title>${acronym} ${id}</title></event>`,
      )
      .join('')}${more}</room></day></schedule>`;
  const titles = ({ sessions }: Programme) => sessions.map(({ title }) => title['en']).sort();

  test('neither takes the other’s talks over, however often each is loaded', () => {
    let stored = nothing;
    for (const acronym of ['aa', 'bb', 'cc']) stored = loaded({ xml: numbered(acronym, ['1', '2']) }, stored);
    expect(titles(stored)).toEqual(['aa 1', 'aa 2', 'bb 1', 'bb 2', 'cc 1', 'cc 2']);
    for (const acronym of ['cc', 'aa', 'bb']) {
      expect(load({ xml: numbered(acronym, ['1', '2']) }, stored).result).toMatchObject({ unchanged: 3 });
      // The talk that moves to the other's time is still its own.
      const { programme, result } = load({ xml: numbered(acronym, ['2', '1']) }, stored);
      expect([result.created, result.updated, result.missing]).toEqual([0, 2, []]);
      expect(titles(programme ?? nothing)).toEqual(titles(stored));
    }
    expect(load({ xml: numbered('aa', ['2']) }, stored).result.missing).toHaveLength(1);
  });

  test('a guid is one and the same wherever it stands, and a row that stands twice is two sessions', () => {
    const guid = (acronym: string) =>
      numbered(acronym, [], '<event guid="g-1"><start>10:00</start><title>x</title></event>'.repeat(3));
    const stored = loaded({ xml: guid('aa') });
    expect(stored.sessions).toHaveLength(3);
    expect(load({ xml: guid('bb') }, stored).result.sessions).toMatchObject({ created: 0, updated: 3 });
  });
});

describe('a talk that is given twice would lose its attendance to the other', () => {
  const talk = (start: string) =>
    `<event guid="twice"><start>${start}</start><title>At ${start}</title></event>`;
  const idsBy = ({ sessions }: Programme) =>
    new Map(sessions.map(({ title, sessionId }) => [title['en'], sessionId]));
  const stored = loaded({ xml: xmlOf(talk('10:00') + talk('14:00') + talk('16:00')) });
  const before = idsBy(stored);

  test.each([
    ['the first is removed', ['14:00', '16:00'], { '14:00': '14:00', '16:00': '16:00' }, ['10:00']],
    [
      'the first is moved behind the others',
      ['14:00', '16:00', '18:00'],
      { '14:00': '14:00', '16:00': '16:00', '18:00': '10:00' },
      [],
    ],
    [
      'the file has another order',
      ['16:00', '10:00', '14:00'],
      { '10:00': '10:00', '14:00': '14:00', '16:00': '16:00' },
      [],
    ],
    [
      'one is added',
      ['09:00', '10:00', '14:00', '16:00'],
      { '10:00': '10:00', '14:00': '14:00', '16:00': '16:00' },
      [],
    ],
    ['only the last is left', ['16:00'], { '16:00': '16:00' }, ['10:00', '14:00']],
  ])('%s', (_name, starts, kept, missing) => {
    const { programme, result } = load({ xml: xmlOf(starts.map(talk).join('')) }, stored);
    const after = idsBy(programme ?? stored);
    for (const [now, then] of Object.entries(kept)) {
      expect(after.get(`At ${now}`), now).toBe(before.get(`At ${then}`));
    }
    expect(result.missing).toEqual(missing.map((start) => before.get(`At ${start}`)));
  });
});
