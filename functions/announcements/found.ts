import { Problem } from '../../shared/contract/problem.ts';
import { stale } from '../../shared/runtime/etag.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import { StaleVersionError } from '../../shared/store/errors.ts';
import type { EventRecord } from '../../shared/store/events.ts';

interface Sources {
  readonly announcements: Pick<AnnouncementStore, 'get'>;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
}

/** @throws {Problem} `not-found` */
export const foundBy = async (
  { announcements, event: eventOf }: Sources,
  { event: slug, announcement: id }: { readonly event: string; readonly announcement: string },
) => {
  const [event, record] = await Promise.all([eventOf(slug), announcements.get(slug, id)]);
  if (!record) throw new Problem('not-found', `There is no announcement ${id}`);
  return { event, record };
};

/** Somebody else has changed it between our read and our write. */
export const asStale = (error: unknown): never => {
  throw error instanceof StaleVersionError ? stale() : error;
};
