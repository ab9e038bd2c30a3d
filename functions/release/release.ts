import { type DueQueue, RELEASE_WINDOW_MS } from '../../shared/runtime/due-queue.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';

export interface ReleaseDeps {
  readonly announcements: Pick<AnnouncementStore, 'due'>;
  readonly due: DueQueue;
  readonly clock: () => number;
}

/**
 * Each minute: a wake-up for whatever is due within two. Every announcement is seen by two runs at least,
 * and again while it is overdue; publish-due takes the repeats.
 */
export const release =
  ({ announcements, due, clock }: ReleaseDeps) =>
  async (): Promise<{ queued: number }> => {
    let queued = 0;
    for await (const entries of announcements.due(clock() + RELEASE_WINDOW_MS)) {
      await due.send(entries, clock());
      queued += entries.length;
    }
    return { queued };
  };
