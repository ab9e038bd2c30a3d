import type { Notice } from '../../shared/contract/notices.ts';
import { fullNews } from '../../shared/domain/session-news.ts';
import type { WatchDeps } from './deps.ts';

/** Per cent of its capacity from which a session is full. */
export const FULL = 100;

/** Tells the public that a session is full where its organizers want that: once for each crossing. */
export const announceFull = async (
  { programme, event: eventOf, announce, clock }: WatchDeps,
  event: string,
  notice: Notice,
): Promise<void> => {
  if (notice.type !== 'io.turnout.session.capacity.v1' || notice.data.threshold !== FULL) return;
  const { venues, sessions } = await programme(event);
  const find = (wanted: string | null) => sessions.find(({ sessionId }) => sessionId === wanted);
  const session = find(notice.data.sessionId);
  // A door that was offline may tell of a full room when everybody has gone home.
  if (!session?.whenFull || session.cancelled || clock() > Date.parse(session.endsAt)) return;
  const record = await eventOf(event);
  if (!record) return;
  const { mode, continuesIn } = session.whenFull;
  const elsewhere = find(continuesIn);
  const at = Date.parse(notice.time);
  const news = fullNews(
    session,
    elsewhere?.cancelled ? undefined : elsewhere,
    { languages: record.languages, venues },
    at,
  );
  await announce(record, { id: notice.id, at }, news, mode);
};
