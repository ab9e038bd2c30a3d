import { type SeededRandom, seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';

/** A made-up conference in the structure of the schedules of large ones. */
export interface FixtureEvent {
  readonly guid: string;
  readonly id: number;
  readonly day: number;
  readonly room: string;
  /** Wall-clock minutes after midnight of the day; beyond 24 h it is the night after. */
  readonly startMinute: number;
  readonly minutes: number;
  readonly title: string;
  readonly track: string;
}
export interface FixtureSchedule {
  readonly days: readonly string[];
  readonly rooms: readonly string[];
  readonly events: readonly FixtureEvent[];
}

const hex = (random: SeededRandom, length: number) =>
  Array.from({ length }, () => random.pick([...'0123456789abcdef'])).join('');

const guid = (random: SeededRandom) => [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-');

const oddTitles = [
  'Tom & Jerry <fixed> "quotes" \'n\' more',
  '数字经济 – 主论坛',
  'Ünïcödé  double\u00a0space',
  'מושב בעברית',
  '🎉 Closing party 🎉',
];
const oddRooms = [
  'H.1302 (Depage)',
  'K.1.105 (La Fontaine)',
  'Grønn sal',
  '主会场',
  '分会场',
  'Room a',
  'Room A',
];

/** About `count` events over two days and `rooms` rooms, the same for the same seed. */
export const makeSchedule = ({ count = 1000, rooms = 60, seed = 7 } = {}): FixtureSchedule => {
  const random = seededRandom(seed);
  const roomNames = Array.from({ length: rooms }, (_, index) => oddRooms[index] ?? `AW1.${100 + index}`);
  const perRoomDay = Math.ceil(count / rooms / 2);
  const minutes = Math.max(5, Math.floor((16 * 60) / perRoomDay));
  const events = Array.from({ length: count }, (_, index): FixtureEvent => {
    const slot = Math.floor(index / rooms);
    return {
      guid: guid(random),
      id: 10_000 + index,
      day: slot < perRoomDay ? 0 : 1,
      room: roomNames[index % rooms] ?? 'Room',
      startMinute: 9 * 60 + (slot % perRoomDay) * minutes,
      minutes,
      title: oddTitles[index] ?? `Talk ${index}: how we did it`,
      track: `Track ${index % 40}`,
    };
  });
  return { days: ['2023-02-04', '2023-02-05'], rooms: roomNames, events };
};

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const duration = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const dateTime = (day: string, minutes: number) => {
  const date = new Date(Date.parse(`${day}T00:00:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
  return `${date}:00+01:00`;
};
const abstract = 'A long text about what the talk is about, &amp; why it matters. '.repeat(12);

/** As frab and pretalx write it (with guid and date), or as pentabarf did (neither). */
export const scheduleXml = (
  { days, rooms, events }: FixtureSchedule,
  style: 'frab' | 'pentabarf' = 'frab',
): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<schedule>',
    '<generator name="made-up" version="1.0"/>',
    '<version>2.0 final</version>',
    '<conference><acronym>bigconf23</acronym><title>Big Conference 2023</title>',
    `<start>${days[0]}</start><end>${days.at(-1)}</end><days>${days.length}</days>`,
    '<timeslot_duration>00:05</timeslot_duration>',
    style === 'frab'
      ? '<base_url>https://example.org/</base_url><time_zone_name>Europe/Brussels</time_zone_name>'
      : '<venue>University</venue><city>Brussels</city><day_change>08:00:00</day_change>',
    '</conference>',
    ...days.map((day, dayIndex) =>
      [
        style === 'frab'
          ? `<day index="${dayIndex + 1}" date="${day}" start="${day}T08:00:00+01:00" end="${day}T23:59:00+01:00">`
          : `<day index="${dayIndex + 1}" date="${day}">`,
        ...rooms.map((room) =>
          [
            `<room name="${escaped(room)}">`,
            ...events
              .filter((event) => event.day === dayIndex && event.room === room)
              .map((event) =>
                [
                  style === 'frab'
                    ? `<event guid="${event.guid}" id="${event.id}">`
                    : `<event id="${event.id}">`,
                  style === 'frab' ? `<date>${dateTime(day, event.startMinute)}</date>` : '',
                  `<start>${clock(event.startMinute)}</start>`,
                  `<duration>${duration(event.minutes)}</duration>`,
                  `<room>${escaped(room)}</room><slug>talk_${event.id}</slug>`,
                  `<title>${escaped(event.title)}</title><subtitle/><track>${escaped(event.track)}</track>`,
                  '<type>lecture</type><language>en</language>',
                  `<abstract>${abstract}</abstract><description><![CDATA[<p>More</p> <!DOCTYPE html>]]></description>`,
                  '<persons><person id="1">A. Speaker</person></persons><links/></event>',
                ].join(''),
              ),
            '</room>',
          ].join('\n'),
        ),
        '</day>',
      ].join('\n'),
    ),
    '</schedule>',
  ].join('\n');

/** As pretalx writes schedule.json. */
export const scheduleJson = ({ days, rooms, events }: FixtureSchedule) => ({
  $schema: 'https://c3voc.de/schedule/schema.json',
  generator: { name: 'made-up', version: '1.0' },
  schedule: {
    version: '2.0 final',
    base_url: 'https://example.org/',
    conference: {
      acronym: 'bigconf23',
      title: 'Big Conference 2023',
      start: days[0],
      end: days.at(-1),
      daysCount: days.length,
      timeslot_duration: '00:05',
      time_zone_name: 'Europe/Brussels',
      rooms: rooms.map((name, index) => ({ name, slug: `${index}`, guid: null, capacity: 100 + index })),
      days: days.map((date, index) => ({
        index: index + 1,
        date,
        day_start: `${date}T08:00:00+01:00`,
        day_end: `${date}T23:59:00+01:00`,
        rooms: Object.fromEntries(
          rooms.map((room) => [
            room,
            events
              .filter((event) => event.day === index && event.room === room)
              .map((event) => ({
                guid: event.guid,
                id: event.id,
                date: dateTime(date, event.startMinute),
                start: clock(event.startMinute),
                duration: duration(event.minutes),
                room,
                slug: `talk_${event.id}`,
                title: event.title,
                track: event.track,
                type: 'lecture',
                language: 'en',
                persons: [{ id: 1, public_name: 'A. Speaker' }],
              })),
          ]),
        ),
      })),
    },
  },
});
