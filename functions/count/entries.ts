import type { DynamoDBRecord } from 'aws-lambda';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { difference, type MinuteTally, minuteTally, type Tally, tally } from '../../shared/domain/tally.ts';
import { type Image, MalformedItem, recordFromImage } from '../../shared/store/attendance/item.ts';
import { isGateKey, MARK_SORT_KEY, parseAttendanceKey } from '../../shared/store/attendance/keys.ts';
import { watermarkOf } from '../../shared/store/counts.ts';

/** What one stream record adds to the counts of its key. */
export interface Entry {
  readonly sequence: string;
  readonly fields: Tally;
  readonly minutes: MinuteTally;
  /** Left by whoever wants to know how far counting has come. */
  readonly mark?: string;
  /** When the change was written, ms, UTC; stream records carry whole seconds. */
  readonly at: number;
}

export interface EntryGroup {
  readonly event: string;
  readonly sessionId: string;
  readonly shard: number;
  readonly entries: Entry[];
}

/** A record that cannot be counted: it is parked, and counting goes on. */
export interface Poison {
  readonly record: DynamoDBRecord;
  readonly error: Error;
}

const NOTHING: Tally = {};
const NO_MINUTES: MinuteTally = new Map();

const recordOf = (image: Image | undefined): AttendanceRecord | undefined => image && recordFromImage(image);

const minuteDifference = (after: MinuteTally, before: MinuteTally): MinuteTally => {
  const minutes = new Map<number, { entries: number; exits: number; step: number }>();
  for (const minute of new Set([...after.keys(), ...before.keys()])) {
    const [plus, minus] = [after.get(minute), before.get(minute)];
    const change = {
      entries: (plus?.entries ?? 0) - (minus?.entries ?? 0),
      exits: (plus?.exits ?? 0) - (minus?.exits ?? 0),
      step: (plus?.step ?? 0) - (minus?.step ?? 0),
    };
    if (change.entries !== 0 || change.exits !== 0 || change.step !== 0) minutes.set(minute, change);
  }
  return minutes;
};

/** Stream records in order, by the key that they count for. */
export const groupEntries = (
  records: readonly DynamoDBRecord[],
): { groups: EntryGroup[]; poison: Poison[] } => {
  const groups = new Map<string, EntryGroup>();
  const poison: Poison[] = [];
  for (const record of records) {
    const change = record.dynamodb;
    const pk = change?.Keys?.['pk']?.S;
    const sequenceNumber = change?.SequenceNumber;
    if (!change || pk === undefined || sequenceNumber === undefined) throw new Error('not a stream record');
    if (isGateKey(pk)) continue;
    const key = parseAttendanceKey(pk);
    if (!key) poison.push({ record, error: new MalformedItem(`not a key of Attendance: ${pk}`) });
    if (!key || key.sessionId === null) continue;
    const { event, sessionId, shard } = key;
    const group = groups.get(pk) ?? { event, sessionId, shard, entries: [] };
    groups.set(pk, group);
    group.entries.push({
      sequence: watermarkOf(sequenceNumber),
      ...(change.Keys?.['sk']?.S === MARK_SORT_KEY
        ? { fields: NOTHING, minutes: NO_MINUTES, mark: change.NewImage?.['mark']?.S ?? '' }
        : contribution(record, change.NewImage, change.OldImage, poison)),
      at: (change.ApproximateCreationDateTime ?? 0) * 1000,
    });
  }
  return { groups: [...groups.values()], poison };
};

const contribution = (
  record: DynamoDBRecord,
  newImage: Image | undefined,
  oldImage: Image | undefined,
  poison: Poison[],
): Pick<Entry, 'fields' | 'minutes'> => {
  try {
    const [after, before] = [recordOf(newImage), recordOf(oldImage)];
    return {
      fields: difference(tally(after), tally(before)),
      minutes: minuteDifference(minuteTally(after), minuteTally(before)),
    };
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    poison.push({ record, error });
    return { fields: NOTHING, minutes: NO_MINUTES };
  }
};
