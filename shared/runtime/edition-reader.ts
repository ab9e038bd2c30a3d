import type { AnnouncementEdition } from '../domain/announcement.ts';
import type { AnnouncementStore } from '../store/announcements/announcements.ts';
import { cached } from './cached.ts';

/** Editions never change; how long one is kept only bounds memory. */
const EDITIONS_MAX_AGE_MS = 60_000;
const MAX_EDITIONS = 20;

/**
 * Finds an edition by event, announcement and number.
 * @param youngerThanMs 0: reads again, for one that may not be there yet
 */
export type EditionReader = (
  event: string,
  announcementId: string,
  edition: number,
  youngerThanMs?: 0,
) => Promise<AnnouncementEdition | undefined>;

/** Not remembered: it may be stored a moment later. */
class NotStoredError extends Error {
  override readonly name = 'NotStoredError';
}

/** Tasks of one edition come in the hundreds: it is read once a minute. */
export const editionReader = ({ edition: get }: Pick<AnnouncementStore, 'edition'>): EditionReader => {
  const read = cached(
    async (key) => {
      const [event = '', announcementId = '', edition] = key.split(' ');
      const found = await get(event, announcementId, Number(edition));
      if (!found) throw new NotStoredError(key);
      return found;
    },
    { maxAgeMs: EDITIONS_MAX_AGE_MS, maxEntries: MAX_EDITIONS },
  );
  return async (event, announcementId, edition, youngerThanMs) => {
    try {
      return await read(`${event} ${announcementId} ${edition}`, youngerThanMs);
    } catch (error) {
      if (error instanceof NotStoredError) return undefined;
      throw error;
    }
  };
};
