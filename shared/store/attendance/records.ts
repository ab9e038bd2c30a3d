import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { changeWriter } from './amend.ts';
import { appendRequest, type Expectation } from './append.ts';
import { withAside } from './archive.ts';
import { conflictingRecords } from './conflicts.ts';
import type { Gate } from './gate.ts';
import { sessionGates } from './gates.ts';
import { type RecordKey, recordItemKey } from './keys.ts';
import { countingMarks } from './marks.ts';
import { recordReader } from './read.ts';
import { isCrowded, overflowRefusals, refuseUnknown, withOverflow } from './refusals.ts';
import { updateRecord, type Wearer, type Written } from './update.ts';

const MAX_REMEMBERED = 10_000;

/** What a scan needs of the Attendance table. */
export const doorAttendance = (client: DynamoDBClient, table: string) => {
  const reader = recordReader(client, table);
  const write = changeWriter(client, table);
  const aside = withAside(client, table);
  const overflow = withOverflow(client, table);
  /** Records that nothing can be appended to without looking: a try costs a write unit and fails. */
  const long = new Set<string>();
  const complete = async (
    key: RecordKey,
    record: AttendanceRecord | undefined,
    scanId: string,
  ): Promise<AttendanceRecord | undefined> =>
    overflow(key, record && (await aside(key, record, scanId)), scanId);
  const gates = sessionGates(client, table, {
    records: reader.records,
    write,
    read: async (key, scanId) => {
      const record = await reader.get(key);
      return scanId === undefined ? record : complete(key, record, scanId);
    },
  });

  return {
    ...reader,
    gates,
    /** The record with the scan of this id, where that had no room in it. */
    complete,
    refuseUnknown: refuseUnknown(client, table),

    /** The hot path of sessions without a gate: one conditional write without a read. */
    append: async (
      key: RecordKey,
      scan: RecordedScan,
      wearer: Wearer,
      expected: Expectation,
    ): Promise<Written> => {
      const { pk, sk } = recordItemKey(key);
      const name = `${pk.S} ${sk.S}`;
      if (long.has(name)) return { kind: 'differs', record: await reader.get(key) };
      const written = await updateRecord(client, appendRequest(table, key, scan, wearer, expected));
      if (written.record && (written.record.archive || isCrowded(written.record))) {
        if (long.size >= MAX_REMEMBERED) long.clear();
        long.add(name);
      }
      return written;
    },

    /**
     * Writes a scan that no rule may stop into a record that was read before; the write holds only if the record is
     * still that one. `gate`: the session has one; a record that holds a place is written with its gate in any case.
     */
    amend: async (
      key: RecordKey,
      record: AttendanceRecord | undefined,
      scan: RecordedScan,
      wearer: Wearer,
      gate?: Gate,
    ): Promise<Written> =>
      gate || record?.holds !== undefined
        ? gates.amend(key, record, { scan, wearer })
        : write(key, record, scan, wearer, undefined),
  };
};
export type DoorAttendance = ReturnType<typeof doorAttendance>;

/** The only code that reads and writes the Attendance table. */
export const attendanceStore = (client: DynamoDBClient, table: string) => ({
  ...doorAttendance(client, table),
  overflow: overflowRefusals(client, table),
  mark: countingMarks(client, table),
  conflicting: conflictingRecords(client, table),
});
export type AttendanceStore = ReturnType<typeof attendanceStore>;
