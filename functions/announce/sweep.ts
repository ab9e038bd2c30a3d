import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import type { PublicView } from '../../shared/domain/announcement-view.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { AnnouncementLedger, LedgerEntry } from '../../shared/store/announcements/ledger.ts';
import { type AnnounceDeps, sendOnce } from './announce.ts';

export interface SweepDeps extends AnnounceDeps {
  readonly events: () => Promise<readonly string[]>;
  readonly announcements: Pick<AnnouncementStore, 'listPublic' | 'editions'>;
  readonly ledger: AnnounceDeps['ledger'] & Pick<AnnouncementLedger, 'list'>;
}

/** A stream keeps records for a day, so what is older than three was seen by a sweep or is known to be lost. */
const OLDEST_MS = 72 * 60 * 60_000;
/** The stream is given this long, so that a sweep and it seldom meet; the ledger tells them apart if they do. */
const YOUNGEST_MS = 2 * 60_000;
const PAGE = 100;

/** The editions of an announcement that a language has not got, oldest first; none that a later one has overtaken. */
const missing = (
  editions: readonly AnnouncementEdition[],
  entries: readonly LedgerEntry[],
  language: string,
): AnnouncementEdition[] => {
  const done = entries.filter(
    (entry) => entry.language === language && (entry.state === 'sent' || entry.state === 'failed'),
  );
  const newest = Math.max(0, ...done.map(({ edition }) => edition));
  return editions.filter(({ edition, audience }) => edition > newest && audience.includes(language));
};

/**
 * Sends what the stream did not bring: editions of a day in which it stood still, and what SNS refused until a
 * permission was mended.
 */
export const sweep = (deps: SweepDeps) => async (): Promise<void> => {
  for (const event of await deps.events()) {
    for await (const view of recent(deps, event)) await sendMissing(deps, event, view);
  }
};

const sendMissing = async (deps: SweepDeps, event: string, { announcementId }: PublicView): Promise<void> => {
  const [editions, entries] = await Promise.all([
    deps.announcements.editions(event, announcementId),
    deps.ledger.list(event, announcementId),
  ]);
  const languages = new Set(editions.flatMap(({ audience }) => audience));
  for (const language of languages) {
    for (const edition of missing(editions, entries, language)) {
      if (edition.at > deps.clock() - YOUNGEST_MS) break;
      log.warn('an edition that the stream did not bring is sent', {
        event,
        announcementId,
        edition: edition.edition,
      });
      if (!(await sendOnce(deps, event, edition, language))) break;
    }
  }
};

/** What was published or changed lately. */
async function* recent({ announcements, clock }: SweepDeps, event: string): AsyncGenerator<PublicView> {
  const since = clock() - OLDEST_MS;
  let after: string | undefined;
  do {
    const page = await announcements.listPublic(event, {
      limit: PAGE,
      after,
      keep: ({ updatedAt }) => updatedAt >= since,
    });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
