import type { DynamoDBRecord } from 'aws-lambda';
import {
  difference,
  type Minutes,
  minuteDifference,
  minuteTally,
  type Tally,
  tally,
} from '../../shared/domain/tally.ts';
import { type AttendanceChange, attendanceChanges } from '../../shared/store/attendance/stream.ts';
import { type CounterKey, watermarkOf } from '../../shared/store/counts/item.ts';

/** What one stream record adds to the counts of its key. */
export interface Entry {
  readonly sequence: string;
  readonly fields: Tally;
  readonly minutes: Minutes;
  /** Left by whoever wants to know how far counting has come. */
  readonly mark?: string;
  /** When the change was written, ms, UTC. */
  readonly at: number;
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

const contributionOf = (
  change: Exclude<AttendanceChange, { kind: 'stray' }>,
): Pick<Entry, 'fields' | 'minutes' | 'mark'> => {
  const nothing = { fields: {}, minutes: new Map() };
  if (change.kind === 'malformed') return nothing;
  if (change.kind === 'mark') return { ...nothing, mark: change.mark };
  return {
    fields: difference(tally(change.after), tally(change.before)),
    minutes: minuteDifference(minuteTally(change.after), minuteTally(change.before)),
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
    const { event, sessionId, shard, sequenceNumber, at } = change;
    const name = groupName(change);
    const group = groups.get(name) ?? { event, sessionId, shard, sequenceNumber, entries: [] };
    groups.set(name, group);
    group.entries.push({ sequence: watermarkOf(sequenceNumber), ...contributionOf(change), at });
  }
  return { groups: [...groups.values()], poison };
};
