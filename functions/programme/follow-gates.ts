import { setTimeout as delay } from 'node:timers/promises';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { KNOWN_BY_MS } from '../../shared/domain/knowledge.ts';
import { log } from '../../shared/runtime/log.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import type { SessionGates } from '../../shared/store/attendance/gates.ts';
import { forEachOf } from '../../shared/store/batches.ts';

/** Makes the gates of changed sessions as the programme says. */
export type FollowGates = (
  event: string,
  revision: number,
  before: readonly StoredSession[],
  after: readonly StoredSession[],
) => Promise<void>;

/**
 * Before anybody hears that a capacity has been changed, its gate follows: doors that still know the old programme are
 * held to the new limit. Where that fails, the first door that knows the new one does it. A session that had no gate is
 * the exception: doors that do not know of it let people in beside it, so the answer waits until they all know, and
 * those people are counted.
 * @param wait for so many ms
 */
export const followGates =
  (gates: Pick<SessionGates, 'follow'>, wait: (ms: number) => Promise<unknown> = delay): FollowGates =>
  async (event, revision, before, after) => {
    const known = new Map(before.map((session) => [session.sessionId, gateOf(session)?.limit ?? null]));
    const changed = after.flatMap((session) => {
      const limit = gateOf(session)?.limit ?? null;
      const { sessionId, shards } = session;
      return limit === (known.get(sessionId) ?? null) ? [] : [{ event, sessionId, shards, limit, revision }];
    });
    const follow = (settings: typeof changed) =>
      forEachOf(settings, async (setting) => {
        try {
          await gates.follow(setting);
        } catch (error) {
          log.warn('a gate does not follow yet', { sessionId: setting.sessionId, error: String(error) });
        }
      });
    await follow(changed);
    const opened = changed.filter(({ sessionId }) => known.get(sessionId) === null);
    if (opened.length === 0) return;
    await wait(KNOWN_BY_MS);
    await follow(opened);
  };
