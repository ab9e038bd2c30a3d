import type { Schedule, ScheduleDay, ScheduleEvent } from './import-schedule.ts';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field as an object; an empty one for anything else. */
const tree = (value: unknown): Tree => (isTree(value) ? value : {});

/** A field as text. XML gives an element with attributes as an object whose `#text` is the text. */
const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return text(value[0]);
  return isTree(value) ? text(value['#text'] ?? value['en'] ?? Object.values(value)[0] ?? '') : '';
};

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value];

const segment = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

const eventOf = (
  event: Tree,
  pointer: string,
  attribute: (name: string) => unknown,
  room: string,
): ScheduleEvent => ({
  pointer,
  guid: text(attribute('guid')).trim(),
  id: text(attribute('id')).trim(),
  code: text(attribute('code')).trim(),
  date: text(event['date']),
  start: text(event['start']),
  end: text(event['end']),
  duration: text(event['duration']),
  room: text(event['room']) || room,
  title: text(event['title']),
  track: text(event['track']),
  type: text(event['type']),
});

const conferenceOf = (conference: Tree): Omit<Schedule, 'days' | 'rooms'> => ({
  title: text(conference['title']),
  acronym: text(conference['acronym']),
  venue: text(conference['venue']),
  city: text(conference['city']),
  timeZone: text(conference['time_zone_name']).trim(),
  dayChange: text(conference['day_change']),
});

const capacityOf = (value: unknown): number | null => {
  const capacity = Number(text(value) || Number.NaN);
  return Number.isInteger(capacity) && capacity > 0 ? capacity : null;
};

/** A schedule.xml after parsing, with attributes as `@name`. Undefined when it is no schedule. */
export const scheduleOfXml = (document: unknown): Schedule | undefined => {
  const root = tree(document)['schedule'];
  if (!isTree(root)) return undefined;
  const days = listOf(root['day']).map((value, dayIndex): ScheduleDay => {
    const day = tree(value);
    const events = listOf(day['room']).flatMap((roomValue, roomIndex) => {
      const room = tree(roomValue);
      return listOf(room['event']).map((eventValue, eventIndex) => {
        const event = tree(eventValue);
        return eventOf(
          event,
          `/schedule/day/${dayIndex}/room/${roomIndex}/event/${eventIndex}`,
          (name) => event[`@${name}`],
          text(room['@name']),
        );
      });
    });
    return { date: text(day['@date']), start: text(day['@start']), events };
  });
  const names = listOf(root['day']).flatMap((day) =>
    listOf(tree(day)['room']).map((room) => tree(room)['@name']),
  );
  const rooms = [...new Set(names.map(text))].map((name) => ({ name, capacity: null }));
  return { ...conferenceOf(tree(root['conference'])), rooms, days };
};

/** A pretalx or frab schedule.json. Undefined when it is no schedule. */
export const scheduleOfJson = (document: unknown): Schedule | undefined => {
  const conference = tree(tree(document)['schedule'])['conference'];
  if (!isTree(conference) || !Array.isArray(conference['days'])) return undefined;
  const days = conference['days'].map((value, dayIndex): ScheduleDay => {
    const day = tree(value);
    const events = Object.entries(tree(day['rooms'])).flatMap(([room, list]) =>
      listOf(list).map((eventValue, index) => {
        const event = tree(eventValue);
        const pointer = `/schedule/conference/days/${dayIndex}/rooms/${segment(room)}/${index}`;
        return eventOf(event, pointer, (name) => event[name], room);
      }),
    );
    return { date: text(day['date']), start: text(day['day_start']), events };
  });
  const rooms = listOf(conference['rooms']).map((value) => ({
    name: text(tree(value)['name']),
    capacity: capacityOf(tree(value)['capacity']),
  }));
  return { ...conferenceOf(conference), rooms, days };
};
