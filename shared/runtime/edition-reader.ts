import type { AnnouncementEdition } from '../domain/announcement.ts';
import type { AnnouncementStore } from '../store/announcements/announcements.ts';
import { cached } from './cached.ts';

/** Editions never change; how long one is kept only bounds memory. */
const EDITIONS_MAX_AGE_MS = 60_000;
const MAX_EDITIONS = 20;

/** Finds an edition by event, announcement and number. */
export type EditionReader = (
  event: string,
  announcementId: string,
  edition: number,
) => Promise<AnnouncementEdition | undefined>;

/** Tasks of one edition come in the hundreds: it is read once a minute. */
export const editionReader = ({ editions }: Pick<AnnouncementStore, 'editions'>): EditionReader => {
  const read = cached(
    async (key) => {
      const [event = '', announcementId = '', edition] = key.split(' ');
      return (await editions(event, announcementId)).find((one) => String(one.edition) === edition);
    },
    { maxAgeMs: EDITIONS_MAX_AGE_MS, maxEntries: MAX_EDITIONS },
  );
  return (event, announcementId, edition) => read(`${event} ${announcementId} ${edition}`);
};
