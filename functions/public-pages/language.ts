import Negotiator from 'negotiator';
import type { EventRecord } from '../../shared/store/events.ts';

/** The event's language that a reader asked for, by a link or else the browser's settings (RFC 9110, 12.5.4). */
export const languageFor = (
  { languages }: Pick<EventRecord, 'languages'>,
  asked: string | undefined,
  acceptLanguage: string | undefined,
): string => {
  if (asked !== undefined && languages.includes(asked)) return asked;
  const [best] = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).languages([...languages]);
  return best ?? languages[0] ?? 'en';
};
