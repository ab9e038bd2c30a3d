const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
};

/** How far the zone's wall clocks are ahead of UTC at an instant, in ms. */
const offsetAt = (ms: number, timeZone: string): number => {
  const parts = new Map<string, number>(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: string) => parts.get(type) ?? 0;
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(ms / 1000) * 1000;
};

const DAY_MS = 24 * 60 * 60_000;

/**
 * The instant at which the zone's wall clocks show this time: the first where they show it twice, and where they are
 * put on past it, as much later (RFC 5545 section 3.3.5 reads both by the offset before the change).
 * @param wallMs the wall-clock time as if it were UTC, ms since 1970
 */
export const instantOfWall = (wallMs: number, timeZone: string): number => {
  const before = offsetAt(wallMs - DAY_MS, timeZone);
  const after = offsetAt(wallMs + DAY_MS, timeZone);
  const shown = [before, after].find((offset) => offsetAt(wallMs - offset, timeZone) === offset);
  return wallMs - (shown ?? before);
};

/** Offsets change at quarters of an hour only, so one holds until the next. */
const QUARTER_MS = 15 * 60_000;
const MAX_OFFSETS = 10_000;
const offsets = new Map<string, number>();

const knownOffsetAt = (ms: number, timeZone: string): number => {
  const key = `${timeZone} ${Math.floor(ms / QUARTER_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  const offset = offsetAt(ms, timeZone);
  offsets.set(key, offset);
  return offset;
};

/** RFC 3339 on the zone's wall clocks, with the offset: `2023-07-04T19:30:00.000+08:00`. */
export const zonedText = (ms: number, timeZone: string): string => {
  const offset = knownOffsetAt(ms, timeZone);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${new Date(ms + offset).toISOString().slice(0, -1)}${offset < 0 ? '-' : '+'}${hour}:${minute}`;
};
