import { log } from '../../shared/runtime/log.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { EventDeletions, Leaving } from '../../shared/store/event-deletions.ts';
import { OutOfTimeError } from '../../shared/store/partitions.ts';
import type { ProgrammeReader } from '../../shared/store/programme.ts';

/** Throws when it is time to stop. */
type AssertTime = () => void;

export interface EraseDeps {
  readonly deletions: Pick<EventDeletions, 'open' | 'finish'>;
  readonly programmes: Pick<ProgrammeReader, 'whole'>;
  readonly counts: Pick<CountStore, 'list'>;
  readonly erase: {
    readonly attendance: (
      event: string,
      sessions: readonly { readonly sessionId: string; readonly shards: number }[],
      assertTime: AssertTime,
    ) => Promise<number>;
    readonly counts: (event: string, sessionIds: Iterable<string>, assertTime: AssertTime) => Promise<void>;
    readonly announcements: (event: string, assertTime: AssertTime) => Promise<void>;
    readonly subscribers: (event: string, assertTime: AssertTime) => Promise<void>;
    readonly badges: (event: string, assertTime: AssertTime) => Promise<void>;
    readonly devices: (event: string, assertTime: AssertTime) => Promise<void>;
    readonly programme: (event: string, lastVersion: number, assertTime: AssertTime) => Promise<void>;
    readonly topic: (event: string, language: string) => Promise<void>;
  };
  readonly clock: () => number;
}

/** Doors and functions remember an event and its devices for less than this, ms: after it nobody writes any more. */
export const QUIET_MS = 2 * 60_000;
/** A stream forgets after 24 h: what has not come out of it by then never will, ms. */
const STREAM_MS = 25 * 3_600_000;

/** Sessions of the programme, and those that only counters know of any more. */
const sessionsOf = async ({ programmes, counts }: EraseDeps, { record }: Leaving) => {
  const [{ sessions }, counters] = await Promise.all([
    programmes.whole(record),
    counts.list(record.event, undefined, true),
  ]);
  const shards = new Map(sessions.map((session) => [session.sessionId, session.shards]));
  for (const { sessionId, shard } of counters)
    shards.set(sessionId, Math.max(shard + 1, shards.get(sessionId) ?? 1));
  return {
    sessions: [...shards].map(([sessionId, count]) => ({ sessionId, shards: count })),
    isCounted: counters.every(({ fields }) => (fields['changes'] ?? 0) === 0),
  };
};

/**
 * Records first: `count` takes them out of the counters as they go, and what it has not taken out yet would come to
 * life again under a counter that is gone. So the counters are erased by a later run, which finds no record and only
 * counters that have come down to nothing. Every step may be done twice, and the event's own item is the last.
 * @returns whether nothing is left
 */
const eraseOne = async (deps: EraseDeps, leaving: Leaving, assertTime: AssertTime): Promise<boolean> => {
  const { record, deletion, lastVersion, languages } = leaving;
  const { event } = record;
  const age = deps.clock() - Date.parse(deletion.requestedAt);
  if (age < QUIET_MS) return false;
  const { sessions, isCounted } = await sessionsOf(deps, leaving);
  if ((await deps.erase.attendance(event, sessions, assertTime)) > 0) return false;
  if (!isCounted && age < STREAM_MS) return false;
  const sessionIds = sessions.map(({ sessionId }) => sessionId);
  for (const language of languages) await deps.erase.topic(event, language);
  await deps.erase.announcements(event, assertTime);
  await deps.erase.subscribers(event, assertTime);
  await deps.erase.badges(event, assertTime);
  await deps.erase.devices(event, assertTime);
  await deps.erase.counts(event, sessionIds, assertTime);
  await deps.erase.programme(event, lastVersion, assertTime);
  await deps.deletions.finish(event, deletion, new Date(deps.clock()).toISOString());
  return true;
};

/** Erases what events leave behind, as far as the time goes; the next run goes on. */
export const eraseEvents =
  (deps: EraseDeps) =>
  async ({ until }: { readonly until: number }): Promise<{ erased: string[]; left: number }> => {
    const assertTime = () => {
      if (deps.clock() >= until) throw new OutOfTimeError('the next run goes on');
    };
    const leaving = await deps.deletions.open();
    const erased: string[] = [];
    try {
      for (const each of leaving) {
        if (await eraseOne(deps, each, assertTime)) erased.push(each.record.event);
      }
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
    }
    if (erased.length > 0) log.info('deleted events are erased', { events: erased });
    return { erased, left: leaving.length - erased.length };
  };
