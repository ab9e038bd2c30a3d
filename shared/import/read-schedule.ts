import type { Schedule, ScheduleDay, ScheduleEvent } from './import-schedule.ts';
import { withoutTags } from './text-of-markup.ts';

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

interface Found {
  readonly event: Tree;
  readonly pointer: string;
  readonly attribute: (name: string) => unknown;
  readonly room: string;
  /** Turns a title as the format gives it into plain text. */
  readonly plain: (title: string) => string;
}

const eventOf = ({ event, pointer, attribute, room, plain }: Found): ScheduleEvent => ({
  pointer,
  guid: text(attribute('guid')).trim(),
  id: text(attribute('id')).trim(),
  code: text(attribute('code')).trim(),
  date: text(event['date']),
  start: text(event['start']),
  end: text(event['end']),
  duration: text(event['duration']),
  room: text(event['room']) || room,
  title: plain(text(event['title'])),
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

/**
 * A schedule.xml after parsing, with attributes as `@name`. Events stand in the rooms of a day, or in the day itself
 * (pentabarf before 2013). Undefined when it is no schedule.
 * @param plain turns the inner XML of a title into text
 */
export const scheduleOfXml = (document: unknown, plain: (inner: string) => string): Schedule | undefined => {
  const root = tree(document)['schedule'];
  if (!isTree(root)) return undefined;
  const found = (values: readonly unknown[], pointer: string, room: string): ScheduleEvent[] =>
    values.map((value, index) => {
      const event = tree(value);
      return eventOf({
        event,
        pointer: `${pointer}/event/${index}`,
        attribute: (name) => event[`@${name}`],
        room,
        plain,
      });
    });
  const days = listOf(root['day']).map((value, dayIndex): ScheduleDay => {
    const day = tree(value);
    const pointer = `/schedule/day/${dayIndex}`;
    const inRooms = listOf(day['room']).flatMap((roomValue, roomIndex) => {
      const room = tree(roomValue);
      return found(listOf(room['event']), `${pointer}/room/${roomIndex}`, text(room['@name']));
    });
    return {
      date: text(day['@date']),
      start: text(day['@start']),
      events: [...inRooms, ...found(listOf(day['event']), pointer, '')],
    };
  });
  const names = listOf(root['day']).flatMap((day) =>
    listOf(tree(day)['room']).map((room) => tree(room)['@name']),
  );
  const rooms = [...new Set(names.map(text))].map((name) => ({ name, capacity: null }));
  const { title, ...conference } = conferenceOf(tree(root['conference']));
  return { ...conference, title: plain(title), rooms, days };
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Version 2: events stand beside the conference, in one list or by day or room. */
const looseEvents = (value: unknown, pointer: string): ScheduleEvent[] => {
  if (!isList(value)) {
    return Object.entries(tree(value)).flatMap(([name, inner]) =>
      looseEvents(inner, `${pointer}/${segment(name)}`),
    );
  }
  return value.map((one, index) => {
    const event = tree(one);
    return eventOf({
      event,
      pointer: `${pointer}/${index}`,
      attribute: (name) => event[name],
      room: '',
      plain: withoutTags,
    });
  });
};

/**
 * A pretalx or frab schedule.json, of version 1 (`conference.days`) or 2 (`events`). Undefined when it is no schedule.
 */
export const scheduleOfJson = (document: unknown): Schedule | undefined => {
  const root = tree(tree(document)['schedule']);
  const conference = root['conference'];
  if (!isTree(conference)) return undefined;
  const days = isList(conference['days']) ? conference['days'].map(dayOfJson) : [];
  const loose = looseEvents(root['events'], '/schedule/events');
  if (days.length === 0 && loose.length === 0) return undefined;
  const rooms = listOf(conference['rooms'] ?? root['rooms']).map((value) => ({
    name: text(tree(value)['name']),
    capacity: capacityOf(tree(value)['capacity']),
  }));
  return {
    ...conferenceOf(conference),
    rooms,
    days: [...days, ...(loose.length > 0 ? [{ date: '', start: '', events: loose }] : [])],
  };
};

const dayOfJson = (value: unknown, dayIndex: number): ScheduleDay => {
  const day = tree(value);
  const events = Object.entries(tree(day['rooms'])).flatMap(([room, list]) =>
    listOf(list).map((eventValue, index) => {
      const event = tree(eventValue);
      return eventOf({
        event,
        pointer: `/schedule/conference/days/${dayIndex}/rooms/${segment(room)}/${index}`,
        attribute: (name) => event[name],
        room,
        plain: withoutTags,
      });
    }),
  );
  return { date: text(day['date']), start: text(day['day_start']), events };
};
