import type { SessionCounts, VenueCounts } from '../../shared/contract/attendance.ts';
import { attendanceIn } from '../../shared/domain/attendance.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { Counter } from '../../shared/store/counts/item.ts';

/** By badge, of one key of one session. */
interface People {
  /** Of the counter when they were read: a counter that has moved on has more to tell. */
  readonly version: number;
  readonly attended: readonly string[];
  readonly inside: readonly string[];
}

interface Known {
  readonly counts: Pick<VenueCounts, 'inside' | 'attended'>;
  /** Until when it is shown, ms: reading takes a tenth of the time at most, however large a venue is. */
  readonly until: number;
}

const SHARE_OF_TIME = 10;
const READS_AT_ONCE = 8;
const MAX_REMEMBERED = 5_000;

type Deps = { readonly attendance: Pick<AttendanceStore, 'records'> };

const distinct = (lists: Iterable<readonly string[]>): number => {
  const all = new Set<string>();
  for (const list of lists) for (const badgeId of list) all.add(badgeId);
  return all.size;
};

/**
 * How many different people are at a venue and ever were: by its entrances, or, where it has none, by its sessions. One
 * session's people are counted already; those of several are read, of each key again once its counter has changed.
 */
export const venueCounts = ({ attendance }: Deps) => {
  const people = new Map<string, People>();
  const known = new Map<string, Known>();

  const read = async (event: string, { sessionId, shard, version }: Counter): Promise<People> => {
    const name = `${event}#${sessionId}#${shard}`;
    const before = people.get(name);
    if (before?.version === version) return before;
    const [attended, inside]: [string[], string[]] = [[], []];
    // What cannot be read was parked by `count`, which leaves it out too.
    for await (const record of attendance.records(event, sessionId, shard, () => {})) {
      const { entries, inside: isIn } = attendanceIn(record);
      if (entries > 0) attended.push(record.badgeId);
      if (isIn) inside.push(record.badgeId);
    }
    if (people.size >= MAX_REMEMBERED) people.clear();
    const now = { version, attended, inside };
    people.set(name, now);
    return now;
  };

  const distinctPeople = async (
    event: string,
    venueId: string,
    counters: readonly Counter[],
  ): Promise<Known['counts']> => {
    const name = `${event}#${venueId}`;
    const before = known.get(name);
    if (before && performance.now() < before.until) return before.counts;
    const startedAt = performance.now();
    const found: People[] = [];
    await forEachOf(counters, async (counter) => void found.push(await read(event, counter)), READS_AT_ONCE);
    const counts = {
      inside: distinct(found.map(({ inside }) => inside)),
      attended: distinct(found.map(({ attended }) => attended)),
    };
    const now = performance.now();
    known.set(name, { counts, until: now + SHARE_OF_TIME * (now - startedAt) });
    return counts;
  };

  return async (
    event: string,
    venueId: string,
    sessions: readonly SessionCounts[],
    countersOf: (sessionId: string) => readonly Counter[],
  ): Promise<VenueCounts> => {
    const here = sessions.filter((session) => session.venueId === venueId);
    const entrances = here.filter(({ kind }) => kind === 'entrance');
    const basis = entrances.length > 0 ? 'entrances' : 'sessions';
    const [first, ...others] = (entrances.length > 0 ? entrances : here).filter(
      ({ attended, counters }) => attended > 0 || counters.length > 0,
    );
    if (!first) return { venueId, inside: 0, attended: 0, basis };
    if (others.length === 0) return { venueId, inside: first.inside, attended: first.attended, basis };
    const counters = [first, ...others].flatMap(({ sessionId }) => countersOf(sessionId));
    return { venueId, ...(await distinctPeople(event, venueId, counters)), basis };
  };
};
