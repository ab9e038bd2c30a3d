import { locale } from '../../common/format.ts';

const nameIn = (at: number, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

const marks = new Map<string, string>();

/** Name of a venue's time zone, after a space, where its clocks are not those of this device; else nothing. */
export const zoneMark = (at: string, timeZone: string | undefined): string => {
  if (timeZone === undefined) return '';
  const day = at.slice(0, 10);
  const key = `${timeZone} ${day}`;
  const known = marks.get(key);
  if (known !== undefined) return known;
  const [there, here] = [nameIn(Date.parse(at), timeZone), nameIn(Date.parse(at), undefined)];
  const mark = there === here ? '' : ` ${there}`;
  marks.set(key, mark);
  return mark;
};
