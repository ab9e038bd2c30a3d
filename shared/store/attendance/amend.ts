import type { AttributeValue, DynamoDBClient, Update } from '@aws-sdk/client-dynamodb';
import { putAside, type Shift } from '../../domain/archive.ts';
import { withScan } from '../../domain/gate.ts';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { copyAside, taker } from './archive.ts';
import { asRead } from './as-read.ts';
import { archiveToValue, derivedValues, scanAttribute, scanToValue } from './item.ts';
import { type RecordKey, recordItemKey } from './keys.ts';
import { isCrowded, storeOverflow } from './refusals.ts';
import { updateRecord, type Wearer, type Written } from './update.ts';

const isNewRefusal = (record: AttendanceRecord | undefined, scan: RecordedScan): boolean =>
  scan.refused !== null && !record?.scans.some(({ scanId }) => scanId === scan.scanId);

const recordWith = (
  key: RecordKey,
  record: AttendanceRecord | undefined,
  scan: RecordedScan,
  { category, country }: Wearer,
  holds: number | undefined,
): AttendanceRecord => {
  const { holds: _, ...rest } = record ?? { changes: 0 };
  return {
    ...rest,
    badgeId: key.badgeId,
    category,
    country: country ?? record?.country ?? null,
    scans: withScan(record, scan),
    changes: rest.changes + 1,
    refusals: (record?.refusals ?? 0) + Number(isNewRefusal(record, scan)),
    ...(holds !== undefined && { holds }),
  };
};

/** The record once some of its scans have been put aside. */
const afterShift = (record: AttendanceRecord, { scans, archive }: Shift): AttendanceRecord => {
  const gone = new Set(scans.map(({ scanId }) => scanId));
  return record.isWhole
    ? { ...record, archive, aside: new Set([...(record.aside ?? []), ...gone]) }
    : { ...record, archive, scans: record.scans.filter(({ scanId }) => !gone.has(scanId)) };
};

/** A write of a record, and the record as it is then. */
export interface Amended {
  readonly request: Update;
  readonly record: AttendanceRecord;
  /** Scans that leave the record by it: copies of them have to be stored before. */
  readonly aside: readonly RecordedScan[];
}

/**
 * The write of a scan into a record that was read before, which holds only if the record is still that one.
 * `holds`: the epoch of the gate in which it has a place.
 */
export const amended = (
  table: string,
  key: RecordKey,
  record: AttendanceRecord | undefined,
  { scan, wearer }: { readonly scan: RecordedScan; readonly wearer: Wearer },
  holds: number | undefined,
): Amended => {
  const after = recordWith(key, record, scan, wearer, holds);
  const shift = putAside(after, scan);
  const condition = asRead(record);
  const names: Record<string, string> = { '#s': scanAttribute(scan.scanId) };
  const values: Record<string, AttributeValue> = {
    ':scan': scanToValue(scan),
    ':one': { N: '1' },
    ...condition.values,
  };
  const assignments = ['#s = :scan'];
  const removals: string[] = [];
  const derived = {
    ...derivedValues(after),
    ge: holds === undefined ? null : { N: String(holds) },
    ...(shift && { ar: archiveToValue(shift.archive) }),
  };
  for (const [name, value] of Object.entries(derived)) {
    if (value) {
      values[`:${name}`] = value;
      assignments.push(`#${name} = :${name}`);
    } else {
      removals.push(`#${name}`);
    }
    names[`#${name}`] = name;
  }
  for (const [index, { scanId }] of (shift?.scans ?? []).entries()) {
    names[`#a${index}`] = scanAttribute(scanId);
    removals.push(`#a${index}`);
  }
  const remove = removals.length === 0 ? '' : ` REMOVE ${removals.join(', ')}`;
  const request: Update = {
    TableName: table,
    Key: recordItemKey(key),
    UpdateExpression: `SET ${assignments.join(', ')}${remove} ADD ch :one`,
    ConditionExpression: condition.text,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  return { request, record: shift ? afterShift(after, shift) : after, aside: shift?.scans ?? [] };
};

/** Writes a scan into a record, beside any gate; a refusal for which it has no room becomes an item of its own. */
export const changeWriter = (client: DynamoDBClient, table: string) => {
  const take = taker(client, table);
  return async (
    key: RecordKey,
    record: AttendanceRecord | undefined,
    scan: RecordedScan,
    wearer: Wearer,
    holds: number | undefined,
  ): Promise<Written> => {
    if (record && isCrowded(record) && isNewRefusal(record, scan)) {
      await storeOverflow(client, table, key, scan);
      return { kind: 'stored', record: { ...record, scans: withScan(record, scan) } };
    }
    const taken = await take(key, record, scan);
    if (taken) return { kind: 'differs', record: taken.record };
    const { request, aside } = amended(table, key, record, { scan, wearer }, holds);
    await copyAside(client, table, key, aside);
    return updateRecord(client, request);
  };
};
export type WriteChange = ReturnType<typeof changeWriter>;
