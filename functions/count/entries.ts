import type { DynamoDBRecord } from 'aws-lambda';
import { aligned } from '../../shared/domain/archive.ts';
import { type LastScan, lastScanOf, scansOfChange } from '../../shared/domain/last-scans.ts';
import {
  difference,
  type Minutes,
  minuteDifference,
  type Tally,
  turnedAway,
} from '../../shared/domain/tally.ts';
import { type AttendanceChange, attendanceChanges } from '../../shared/store/attendance/stream.ts';
import { type CounterKey, watermarkOf } from '../../shared/store/counts/item.ts';
import { partOf, type Traced, tracedRecord } from '../../shared/store/counts/trace.ts';

/** What one stream record adds to the counts of its key. */
export interface Entry extends Traced {
  readonly sequence: string;
  readonly fields: Tally;
  readonly minutes: Minutes;
  /** Made or taken back in it. */
  readonly scans: readonly LastScan[];
}

export interface EntryGroup extends CounterKey {
  /** Of its first record in the batch. */
  readonly sequenceNumber: string;
  readonly entries: readonly Entry[];
}

/** A record that cannot be counted: it is parked, and counting goes on. */
export interface Poison {
  readonly record: DynamoDBRecord;
  readonly error: Error;
}

export const groupName = ({ event, sessionId, shard }: CounterKey): string =>
  `${event}#${sessionId}#${shard}`;

const contributionOf = (change: Exclude<AttendanceChange, { kind: 'stray' }>): Omit<Entry, 'sequence'> => {
  const nothing = { fields: {}, minutes: new Map(), scans: [] };
  if (change.kind === 'malformed') return nothing;
  if (change.kind === 'mark') return { ...nothing, mark: change.mark };
  if (change.kind === 'turned-away') {
    const { scan, badgeId } = change;
    if (!scan?.refused) return nothing;
    const badge = badgeId === undefined ? undefined : { badgeId, category: '' };
    return { ...nothing, fields: turnedAway(scan.refused), scans: [lastScanOf(scan, badge)] };
  }
  const [before, after] = aligned(change.before, change.after);
  const [plus, minus] = [partOf(after), partOf(before)];
  return {
    record: tracedRecord(change.after ?? change.before, change.after),
    fields: difference(plus.fields, minus.fields),
    minutes: minuteDifference(plus.minutes, minus.minutes),
    scans: scansOfChange(before, after),
  };
};

/** Stream records in order, by the key that they count for. */
export const groupEntries = (
  records: readonly DynamoDBRecord[],
): { groups: EntryGroup[]; poison: Poison[] } => {
  const groups = new Map<string, EntryGroup & { readonly entries: Entry[] }>();
  const poison: Poison[] = [];
  for (const change of attendanceChanges(records)) {
    if (change.kind === 'malformed' || change.kind === 'stray') poison.push(change);
    if (change.kind === 'stray') continue;
    const { event, sessionId, shard, sequenceNumber } = change;
    const name = groupName(change);
    const group = groups.get(name) ?? { event, sessionId, shard, sequenceNumber, entries: [] };
    groups.set(name, group);
    group.entries.push({ sequence: watermarkOf(change), ...contributionOf(change) });
  }
  return { groups: [...groups.values()], poison };
};
