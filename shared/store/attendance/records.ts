import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { amendRequest, insideStep } from './amend.ts';
import { appendRequest, type Expectation } from './append.ts';
import { conflictingRecords } from './conflicts.ts';
import { type Gate, sessionGates } from './gate.ts';
import type { RecordKey } from './keys.ts';
import { countingMarks } from './marks.ts';
import { recordReader } from './read.ts';
import { refuseUnknown } from './refusals.ts';
import { updateRecord, type Wearer, type Written } from './update.ts';

/** The only code that reads and writes the Attendance table. */
export const attendanceStore = (client: DynamoDBClient, table: string) => {
  const reader = recordReader(client, table);
  const gates = sessionGates(client, table, reader);

  return {
    ...reader,
    gateInside: gates.gateInside,
    refuseUnknown: refuseUnknown(client, table),
    mark: countingMarks(client, table),
    conflicting: conflictingRecords(client, table),

    /** The hot path: one conditional write without a read. */
    append: (
      key: RecordKey,
      scan: RecordedScan,
      wearer: Wearer,
      expected: Expectation,
      gate?: Gate,
    ): Promise<Written> => {
      const request = appendRequest(table, key, scan, wearer, expected);
      if (!gate || scan.refused !== null) return updateRecord(client, request);
      return gates.update(key, request, scan.direction === 'entry' ? 1 : -1, gate);
    },

    /** Writes a scan into a record that was read before; the write holds only if the record is still that one. */
    amend: (
      key: RecordKey,
      record: AttendanceRecord | undefined,
      scan: RecordedScan,
      wearer: Wearer,
      gate?: Gate,
    ): Promise<Written> => {
      const request = amendRequest(table, key, record, scan, wearer);
      const step = gate ? insideStep(record, scan, wearer) : 0;
      return gate && step !== 0 ? gates.update(key, request, step, gate) : updateRecord(client, request);
    },
  };
};
export type AttendanceStore = ReturnType<typeof attendanceStore>;
