import type { SessionCounts, TimelineMinute } from '../../shared/contract/attendance.ts';
import type { HeadCountAnswer } from '../../shared/contract/head-counts.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { badgeCategory } from '../../shared/contract/values.ts';
import type { HeadCount } from '../../shared/domain/head-count.ts';
import {
  bucketMinutes,
  type Minutes,
  refusalsIn,
  refusedIn,
  sum,
  type Tally,
} from '../../shared/domain/tally.ts';
import type { Counter } from '../../shared/store/counts/item.ts';

const MINUTE_MS = 60_000;

export const headCountAnswer = ({ at, ...rest }: HeadCount): HeadCountAnswer => ({
  ...rest,
  at: new Date(at).toISOString(),
});

/** Minutes in order, with how many were inside at the end of each. */
export const timelineOf = (minutes: Minutes): TimelineMinute[] => {
  let inside = 0;
  return [...minutes]
    .sort(([a], [b]) => a - b)
    .map(([minute, { entries, exits, step }]) => {
      inside += step;
      return { at: new Date(minute * MINUTE_MS).toISOString(), entries, exits, inside };
    });
};

/** The highest minute, the first of them; what comes late moves it. */
export const peakOf = (timeline: readonly TimelineMinute[]): Pick<SessionCounts, 'peak' | 'peakAt'> => {
  let best: Pick<SessionCounts, 'peak' | 'peakAt'> = { peak: 0, peakAt: null };
  for (const { at, inside } of timeline) if (inside > best.peak) best = { peak: inside, peakAt: at };
  return best;
};

const split = (fields: Tally, prefix: string): Map<string, { inside: number; attended: number }> => {
  const groups = new Map<string, { inside: number; attended: number }>();
  for (const [field, amount] of Object.entries(fields)) {
    const [kind, value, measure] = field.split(':');
    if (kind !== prefix || !value) continue;
    const group = groups.get(value) ?? { inside: 0, attended: 0 };
    group[measure === 'i' ? 'inside' : 'attended'] += amount;
    groups.set(value, group);
  }
  return groups;
};

const dwellOf = (fields: Tally): SessionCounts['dwell'] => {
  const buckets = Object.entries(fields)
    .filter(([field, visits]) => field.startsWith('d:') && visits > 0)
    .map(([field, visits]) => ({ bucket: Number(field.slice(2)), visits }))
    .sort((a, b) => a.bucket - b.bucket);
  const visits = buckets.reduce((total, { visits }) => total + visits, 0);
  const quantile = (share: number): number | null => {
    let seen = 0;
    for (const each of buckets) {
      seen += each.visits;
      if (seen >= share * visits) return Math.round(bucketMinutes(each.bucket) * 10) / 10;
    }
    return null;
  };
  return { visits, medianMinutes: quantile(0.5), p90Minutes: quantile(0.9) };
};

const partOf = ({ shard, version, fields }: Counter): SessionCounts['counters'][number] => ({
  shard,
  version,
  inside: fields['inside'] ?? 0,
  attended: fields['attended'] ?? 0,
  entries: fields['entries'] ?? 0,
  exits: fields['exits'] ?? 0,
  refused: refusedIn(fields),
});

/** The counts of a session as an organizer sees them. */
export const sessionCountsOf = (
  session: StoredSession,
  counters: readonly Counter[],
  more: {
    readonly capacity: number | null;
    readonly completeness: SessionCounts['completeness'];
    readonly timeline: readonly TimelineMinute[];
    readonly headCount: HeadCount | undefined;
  },
): SessionCounts => {
  const fields = sum(counters.map((counter) => counter.fields));
  const { sessionId, title, kind, venueId, roomId, startsAt, endsAt } = session;
  const countOf = (field: string) => fields[field] ?? 0;
  const byCategory: SessionCounts['byCategory'] = {};
  for (const [category, group] of split(fields, 'c')) byCategory[badgeCategory.parse(category)] = group;
  return {
    sessionId,
    title,
    kind,
    venueId,
    roomId,
    startsAt,
    endsAt,
    capacity: more.capacity,
    inside: countOf('inside'),
    attended: countOf('attended'),
    entries: countOf('entries'),
    exits: countOf('exits'),
    refused: refusedIn(fields),
    refusedByReason: refusalsIn(fields),
    ...peakOf(more.timeline),
    headCount: more.headCount ? headCountAnswer(more.headCount) : null,
    returned: countOf('returned'),
    conflicts: countOf('conflicts'),
    dwell: dwellOf(fields),
    byCategory,
    byCountry: Object.fromEntries(split(fields, 'n')),
    counters: counters.map(partOf),
    completeness: more.completeness,
  };
};
