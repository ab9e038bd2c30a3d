import type { AttributeValue, Update } from '@aws-sdk/client-dynamodb';
import { foldAttendance } from '../../domain/attendance.ts';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { derivedValues, scanAttribute, scanToValue } from './item.ts';
import { type RecordKey, recordItemKey } from './keys.ts';
import type { Wearer } from './update.ts';

const withScan = (record: AttendanceRecord | undefined, scan: RecordedScan): RecordedScan[] => [
  ...(record?.scans ?? []).filter(({ scanId }) => scanId !== scan.scanId),
  scan,
];

/** How many more are inside once the scan is in the record. */
export const insideStep = (
  record: AttendanceRecord | undefined,
  scan: RecordedScan,
  { reentry }: Wearer,
): number => {
  const insideOf = (scans: readonly RecordedScan[]) => Number(foldAttendance(scans, reentry).inside);
  return insideOf(withScan(record, scan)) - insideOf(record?.scans ?? []);
};

/** The write of a scan into a record that was read before: it holds only if the record is still that one. */
export const amendRequest = (
  table: string,
  key: RecordKey,
  record: AttendanceRecord | undefined,
  scan: RecordedScan,
  wearer: Wearer,
): Update => {
  const { set, remove } = derivedValues(withScan(record, scan), wearer.reentry);
  const names: Record<string, string> = { '#s': scanAttribute(scan.scanId) };
  const values: Record<string, AttributeValue> = {
    ':scan': scanToValue(scan),
    ':one': { N: '1' },
    ':cat': { S: wearer.category },
    ...(record && { ':seen': { N: String(record.changes) } }),
  };
  const assignments = ['#s = :scan', 'cat = :cat'];
  const assign = (name: string, value: AttributeValue) => {
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    assignments.push(`#${name} = :${name}`);
  };
  for (const [name, value] of Object.entries(set)) assign(name, value);
  if (wearer.country !== null) assign('cc', { S: wearer.country });
  if (wearer.reentry !== 'after-exit') assign('re', { S: wearer.reentry });
  for (const name of remove) names[`#${name}`] = name;
  return {
    TableName: table,
    Key: recordItemKey(key),
    UpdateExpression: [
      `SET ${assignments.join(', ')}`,
      ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
      'ADD ch :one',
    ].join(' '),
    ConditionExpression: record ? 'ch = :seen' : 'attribute_not_exists(ch)',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};
