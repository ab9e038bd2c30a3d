import { createHash } from 'node:crypto';
import type { AnnouncementDraft } from '../../domain/announcement.ts';
import { draftAnnouncement, transition } from '../../domain/announcement-transition.ts';
import { StaleVersionError } from '../errors.ts';
import type { EventRecord } from '../events.ts';
import type { AnnouncementStore } from './announcements.ts';

/** What makes it say something: the same cause is the same announcement. */
export interface Cause {
  readonly id: string;
  /** ms since 1970 */
  readonly at: number;
}

/** Looks and sorts like an id that a person's draft gets. */
const idOf = ({ id, at }: Cause): string =>
  `${at.toString(36).padStart(9, '0')}${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;

const unlessThere = (error: unknown): void => {
  if (!(error instanceof StaleVersionError)) throw error;
};

/**
 * Drafts what a rule has to say and, where the rule may, publishes it. Once for each cause, however often it is
 * called; a draft that a person has changed since is that person's.
 */
export const announceByRule =
  (announcements: Pick<AnnouncementStore, 'get' | 'save'>) =>
  async (
    { event, languages }: Pick<EventRecord, 'event' | 'languages'>,
    cause: Cause,
    draft: AnnouncementDraft,
    mode: 'draft' | 'publish',
  ): Promise<void> => {
    const context = { now: cause.at, languages };
    const drafted = draftAnnouncement(idOf(cause), draft, context);
    if (drafted.outcome !== 'changed') throw new Error('a notice lacks the language of its event');
    await announcements.save(event, drafted.record, null).catch(unlessThere);
    if (mode === 'draft') return;
    const known = await announcements.get(event, drafted.record.announcementId);
    if (known?.state !== 'draft' || known.version !== drafted.record.version) return;
    const published = transition(known, { name: 'publish' }, context);
    if (published.outcome !== 'changed') return;
    await announcements.save(event, published.record, published.edition).catch(unlessThere);
  };
export type AnnounceByRule = ReturnType<typeof announceByRule>;
