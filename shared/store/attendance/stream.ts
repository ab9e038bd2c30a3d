import type { DynamoDBRecord } from 'aws-lambda';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { recordFromImage } from './item.ts';
import { type Image, MalformedItem } from './item-values.ts';
import {
  badgeIdOf,
  badgeOfLoneRefusal,
  isAside,
  isGateKey,
  isLoneRefusal,
  MARK_SORT_KEY,
  parseAttendanceKey,
} from './keys.ts';
import { type Mark, markFromImage } from './marks.ts';

interface Place {
  readonly event: string;
  readonly sessionId: string;
  readonly shard: number;
  /** Label of the table's stream, the time when it was made. */
  readonly stream: string;
  /** Decimal text of up to 40 digits; grows within a shard of the stream. */
  readonly sequenceNumber: string;
  /** When the change was written, ms, UTC; stream records carry whole seconds. */
  readonly at: number;
}

/** A record of the Attendance stream. */
export type AttendanceChange =
  | (Place & {
      readonly kind: 'record';
      /** Undefined of a refusal that belongs to no known badge. */
      readonly badgeId: string | undefined;
      readonly before: AttendanceRecord | undefined;
      readonly after: AttendanceRecord | undefined;
    })
  /** A refusal that is in no badge's record, with the badge where that is known; without scan: it has expired. */
  | (Place & {
      readonly kind: 'turned-away';
      readonly badgeId: string | undefined;
      readonly scan: RecordedScan | undefined;
    })
  /** Left by whoever wants to know how far counting has come. */
  | (Place & { readonly kind: 'mark'; readonly mark: Mark | undefined })
  /** Its images cannot be read. */
  | (Place & { readonly kind: 'malformed'; readonly record: DynamoDBRecord; readonly error: MalformedItem })
  /** Not even its key can be read. */
  | { readonly kind: 'stray'; readonly record: DynamoDBRecord; readonly error: MalformedItem };

/** Of `arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<label>`. */
const labelOf = (streamArn = ''): string => streamArn.split('/stream/')[1] ?? '';

const recordOf = (image: Image | undefined): AttendanceRecord | undefined => image && recordFromImage(image);

/**
 * Undefined for what counts nowhere: gates, copies of scans that a record has put aside, and refusals at a session that does not exist.
 * @throws when it is no record of a table's stream
 */
const changeOf = (record: DynamoDBRecord): AttendanceChange | undefined => {
  const { Keys, SequenceNumber, ApproximateCreationDateTime, NewImage, OldImage } = record.dynamodb ?? {};
  const [pk, sk] = [Keys?.['pk']?.S, Keys?.['sk']?.S];
  if (pk === undefined || sk === undefined || SequenceNumber === undefined) {
    throw new Error('not a stream record');
  }
  if (isGateKey(pk)) return undefined;
  const key = parseAttendanceKey(pk);
  if (!key) return { kind: 'stray', record, error: new MalformedItem(`not a key of Attendance: ${pk}`) };
  const { event, sessionId, shard } = key;
  if (sessionId === null) return undefined;
  const at = (ApproximateCreationDateTime ?? 0) * 1000;
  const stream = labelOf(record.eventSourceARN);
  const place = { event, sessionId, shard, stream, sequenceNumber: SequenceNumber, at };
  // A copy of what counts in its record.
  if (isAside(sk)) return undefined;
  if (sk === MARK_SORT_KEY) return { ...place, kind: 'mark', mark: NewImage && markFromImage(NewImage) };
  try {
    // Counted when it comes, not when it expires.
    if (isLoneRefusal(sk)) {
      const scan = OldImage ? undefined : recordOf(NewImage)?.scans[0];
      return { ...place, kind: 'turned-away', badgeId: badgeOfLoneRefusal(sk), scan };
    }
    const [before, after] = [recordOf(OldImage), recordOf(NewImage)];
    return { ...place, kind: 'record', badgeId: badgeIdOf(sk), before, after };
  } catch (error) {
    if (!(error instanceof MalformedItem)) throw error;
    return { ...place, kind: 'malformed', record, error };
  }
};

/** What the records of a batch say, in order. */
export const attendanceChanges = (records: readonly DynamoDBRecord[]): AttendanceChange[] =>
  records.flatMap((record) => changeOf(record) ?? []);
