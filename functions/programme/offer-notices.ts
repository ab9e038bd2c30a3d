import type { StoredSession } from '../../shared/contract/sessions.ts';
import { changeNews } from '../../shared/domain/session-news.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AnnounceByRule } from '../../shared/store/announcements/by-rule.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Programme } from '../../shared/store/programme.ts';

/** Drafts what people should hear of sessions that were moved or cancelled; to publish is up to somebody. */
export type OfferNotices = (
  event: EventRecord,
  before: readonly StoredSession[],
  after: Programme,
) => Promise<void>;

/** Before that, the programme is still being made and nobody is on the way, in ms. */
const SOON_MS = 48 * 60 * 60_000;

/** The programme has been changed whatever comes of this: a notice that can't be drafted is logged, not an error. */
export const offerNotices =
  (announce: AnnounceByRule, clock: () => number): OfferNotices =>
  async (event, before, { venues, sessions }) => {
    const now = clock();
    const isNear = ({ startsAt, endsAt }: StoredSession) =>
      Date.parse(startsAt) <= now + SOON_MS && now <= Date.parse(endsAt);
    const known = new Map(before.map((session) => [session.sessionId, session]));
    const news = sessions.flatMap((session) => {
      const former = known.get(session.sessionId);
      if (!former || former.version === session.version || !(isNear(former) || isNear(session))) return [];
      const draft = changeNews(former, session, { languages: event.languages, venues });
      const id = `${event.event}.${session.sessionId}.change.${session.version}`;
      return draft ? [{ draft, cause: { id, at: now } }] : [];
    });
    await forEachOf(news, async ({ cause, draft }) => {
      try {
        await announce(event, cause, draft, 'draft');
      } catch (error) {
        log.error('a notice of a changed session could not be drafted', {
          cause: cause.id,
          error: String(error),
        });
      }
    });
  };
