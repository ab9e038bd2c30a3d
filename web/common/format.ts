import { language } from './language.ts';

export const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${timeZone} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, known);
  return known;
};

let number: Intl.NumberFormat | undefined;

export const count = (value: number): string => {
  number ??= new Intl.NumberFormat(locale);
  return number.format(value);
};
/** Hours and minutes on the clocks of the zone; without one, of this device. */
export const clock = (at: string | number, timeZone?: string): string =>
  formatOf(timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
export const seconds = (at: string | number, timeZone?: string): string =>
  formatOf(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    new Date(at),
  );
export const day = (at: string | number, timeZone?: string): string =>
  formatOf(timeZone, { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at));

let names: Intl.DisplayNames | undefined;
const regions = (): Intl.DisplayNames => {
  names ??= new Intl.DisplayNames([locale], { type: 'region' });
  return names;
};
/** In words, where it is the code of one. */
export const country = (code: string): string =>
  /^[A-Z]{2}$/.test(code) ? (regions().of(code) ?? code) : code;

/** The first use of `Intl` takes a slow phone 60 ms: to be called while answers are on their way. */
export const readyFormats = (): void => {
  count(0);
  clock(0);
};
