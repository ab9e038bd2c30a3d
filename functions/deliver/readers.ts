import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { cached } from '../../shared/runtime/cached.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { EventReader } from '../../shared/store/events.ts';

/** Editions never change; how long one is kept only bounds memory. */
const EDITIONS_MAX_AGE_MS = 60_000;
const MAX_EDITIONS = 20;
const EVENTS_MAX_AGE_MS = 5 * 60_000;

/** Tasks of one edition come in the hundreds: it is read once a minute. */
export const editionReader = ({ editions }: Pick<AnnouncementStore, 'editions'>) => {
  const read = cached(
    async (key) => {
      const [event = '', announcementId = '', edition] = key.split(' ');
      return (await editions(event, announcementId)).find((one) => String(one.edition) === edition);
    },
    { maxAgeMs: EDITIONS_MAX_AGE_MS, maxEntries: MAX_EDITIONS },
  );
  return (event: string, announcementId: string, edition: number): Promise<AnnouncementEdition | undefined> =>
    read(`${event} ${announcementId} ${edition}`);
};

/** What an event is called in a language, else in its first, and by which clocks it goes. */
export const eventWords = ({ get }: Pick<EventReader, 'get'>) => {
  const read = cached(get, { maxAgeMs: EVENTS_MAX_AGE_MS });
  return async (event: string, language: string): Promise<{ title: string; timeZone: string }> => {
    const record = await read(event);
    const title = record?.title[language] ?? record?.title[record.languages[0] ?? ''] ?? event;
    return { title, timeZone: record?.timeZone ?? 'UTC' };
  };
};
