import { capacityNotice } from '../../shared/contract/notices.ts';
import { capacityOf } from '../../shared/domain/capacity.ts';
import { DEFAULT_THRESHOLDS, fillLevel } from '../../shared/domain/fill-level.ts';
import type { WatchDeps } from './deps.ts';
import { announceFull, FULL } from './full-news.ts';

/** Sends what is in the outbox and empties it. @returns false when somebody has changed the record meanwhile */
const sendOutbox = async (deps: WatchDeps, event: string, sessionId: string): Promise<boolean> => {
  const record = await deps.ledger.level(event, sessionId);
  if (record.outbox.length === 0) return true;
  for (const notice of record.outbox) {
    await deps.send(notice);
    await announceFull(deps, event, notice);
  }
  return deps.ledger.setLevel(event, sessionId, record, { fired: record.fired, outbox: [] });
};

/** Tells once that a session has filled up to a threshold, over all of its shards. */
export const watchCapacity = async (deps: WatchDeps, event: string, sessionId: string): Promise<void> => {
  const programme = await deps.programme(event);
  const session = programme.sessions.find((each) => each.sessionId === sessionId);
  const capacity = session && capacityOf(session, programme);
  if (!session || !capacity) return;
  const asked = session.watch?.thresholds ?? DEFAULT_THRESHOLDS;
  const thresholds = session.whenFull ? [...new Set([...asked, FULL])] : asked;
  for (;;) {
    const before = await deps.ledger.level(event, sessionId);
    // Read after the record: whoever else changes it has read counters that are no newer than these.
    const counters = await deps.counts.list(event, sessionId, true);
    const inside = counters.reduce((sum, { fields }) => sum + (fields['inside'] ?? 0), 0);
    const { fired, crossed } = fillLevel(before.fired, thresholds, { inside, capacity });
    const isSame = fired.length === before.fired.length && crossed.length === 0;
    if (!isSame) {
      const now = deps.clock();
      const notices = crossed.map((threshold) =>
        capacityNotice(event, { sessionId, threshold, inside, capacity }, before.changes + 1, now),
      );
      const outbox = [...before.outbox, ...notices];
      if (!(await deps.ledger.setLevel(event, sessionId, before, { fired, outbox }))) continue;
    }
    if (isSame && before.outbox.length === 0) return;
    if (await sendOutbox(deps, event, sessionId)) return;
  }
};
