import { cached } from '../../shared/runtime/cached.ts';
import type { EventReader } from '../../shared/store/events.ts';

const EVENTS_MAX_AGE_MS = 5 * 60_000;

/** What an event is called in a language, else in its first, and by which clocks it goes. */
export const eventWords = ({ get }: Pick<EventReader, 'get'>) => {
  const read = cached(get, { maxAgeMs: EVENTS_MAX_AGE_MS });
  return async (event: string, language: string): Promise<{ title: string; timeZone: string }> => {
    const record = await read(event);
    const title = record?.title[language] ?? record?.title[record.languages[0] ?? ''] ?? event;
    return { title, timeZone: record?.timeZone ?? 'UTC' };
  };
};
