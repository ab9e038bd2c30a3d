import { en, type Words } from './en.ts';
import { zh } from './zh.ts';

/** The words of a page in the nearest language there is. */
export const wordsFor = (language: string): Words => (language.startsWith('zh') ? zh : en);

export const timeOfDay = (ms: number, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(ms);

/** The time of day, and of which day where that is another than today's. */
export const timeFrom = (now: number, ms: number, language: string, timeZone: string): string => {
  const day = new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
  });
  const time = timeOfDay(ms, language, timeZone);
  return day.format(now) === day.format(ms) ? time : `${day.format(ms)} ${time}`;
};
