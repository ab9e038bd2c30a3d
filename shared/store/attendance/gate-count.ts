import type { DynamoDBClient, Update } from '@aws-sdk/client-dynamodb';
import { attendanceIn } from '../../domain/attendance.ts';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { asRead } from './as-read.ts';
import { type ReadGate, stepRequest } from './gate.ts';
import { type RecordKey, recordItemKey } from './keys.ts';
import type { RecordReader } from './read.ts';
import { patience, transact } from './transact.ts';

/** Records that are put right in one transaction: few enough that one which is changed meanwhile spoils little. */
const BATCH = 25;
const MAX_PASSES = 20;

const isWrong = (record: AttendanceRecord, epoch: number): boolean =>
  attendanceIn(record).inside !== (record.holds === epoch);

/** Writes nothing but whether a record holds a place, on the condition that it is the one that was read. */
const holdRequest = (
  table: string,
  key: RecordKey,
  record: AttendanceRecord,
  epoch: number,
  isIn: boolean,
): Update => {
  const condition = asRead(record);
  return {
    TableName: table,
    Key: recordItemKey(key),
    UpdateExpression: isIn ? 'SET ge = :epoch' : 'REMOVE ge',
    ConditionExpression: condition.text,
    ExpressionAttributeValues: { ...condition.values, ...(isIn && { ':epoch': { N: String(epoch) } }) },
  };
};

/**
 * Goes through the records of a session until each says of itself whether it holds a place in this epoch, and the gate
 * knows of all of them. May be done by several at once, and while people come and go.
 */
export const countIntoGate = async (
  client: DynamoDBClient,
  table: string,
  { records, readGate }: Pick<RecordReader, 'records'> & { readonly readGate: ReadGate },
  {
    event,
    sessionId,
    shards,
  }: { readonly event: string; readonly sessionId: string; readonly shards: number },
  epoch: number,
): Promise<void> => {
  const isOver = async () => (await readGate(event, sessionId))?.epoch !== epoch;

  /** @returns false where something changed meanwhile: another pass will see it */
  const putRight = async (
    wrong: readonly { key: RecordKey; record: AttendanceRecord }[],
  ): Promise<boolean> => {
    const pause = patience();
    const step = wrong.reduce((sum, { record }) => sum + (record.holds === epoch ? -1 : 1), 0);
    const updates = wrong.map(({ key, record }) =>
      holdRequest(table, key, record, epoch, record.holds !== epoch),
    );
    const gate = stepRequest(
      table,
      { event, sessionId },
      { epoch, limit: null, inside: 0 },
      { step, changes: wrong.length, most: Number.POSITIVE_INFINITY },
    );
    for (;;) {
      const { kind } = await transact(client, [...updates, gate]);
      if (kind === 'done') return true;
      if (kind === 'failed') return false;
      await pause();
    }
  };

  const pass = async (shard: number, size: number): Promise<boolean> => {
    let complete = true;
    let batch: { key: RecordKey; record: AttendanceRecord }[] = [];
    const flush = async () => {
      if (batch.length > 0 && !(await putRight(batch))) complete = false;
      batch = [];
    };
    for await (const record of records(event, sessionId, shard, () => {})) {
      if (record.badgeId === '' || !isWrong(record, epoch)) continue;
      batch.push({ key: { event, sessionId, shard, badgeId: record.badgeId }, record });
      if (batch.length >= size) await flush();
    }
    await flush();
    return complete;
  };

  for (let shard = 0; shard < shards; shard += 1) {
    for (let passes = 0; passes < MAX_PASSES; passes += 1) {
      // What is changed while it is looked at spoils a batch: the later passes take one record at a time.
      if (await pass(shard, passes === 0 ? BATCH : 1)) break;
      if (await isOver()) return;
    }
  }
};
