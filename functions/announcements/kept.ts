import type * as contract from '../../shared/contract/announcements.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { assertIfMatch, requireIfMatch, versionTag } from '../../shared/runtime/etag.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { PreviewStore } from '../../shared/store/announcements/previews.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { asStale, foundBy } from './found.ts';

export interface KeptDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'remove' | 'editions'>;
  readonly previews: Pick<PreviewStore, 'removeAll'>;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
}

/** What is kept of announcements, and what need not be. */
export const keptAnnouncements = (deps: KeptDeps) => ({
  remove: async ({ params, headers }: CallOf<typeof contract.deleteAnnouncement>): Promise<Answer> => {
    requireIfMatch(headers);
    const { record } = await foundBy(deps, params);
    assertIfMatch(headers, versionTag(record.version));
    if (record.state !== 'draft') {
      throw new Problem(
        'illegal-transition',
        `It is ${record.state}: only a draft can be deleted. Unschedule or retract it instead.`,
      );
    }
    await deps.announcements.remove(params.event, record).catch(asStale);
    await deps.previews.removeAll(params.event, params.announcement);
    return { status: 204 };
  },

  editions: async ({ params }: CallOf<typeof contract.listEditions>): Promise<Answer> => {
    await foundBy(deps, params);
    const editions = await deps.announcements.editions(params.event, params.announcement);
    return {
      status: 200,
      body: {
        items: editions.map(({ edition, change, at, content, note, reason }) => ({
          edition,
          change,
          at: new Date(at).toISOString(),
          content,
          note,
          reason,
        })),
      },
    };
  },
});
