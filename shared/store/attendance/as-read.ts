import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';

/** The condition that a record is still the one that was read: nobody has changed it since. */
export const asRead = (
  record: Pick<AttendanceRecord, 'changes' | 'holds'> | undefined,
): { text: string; values: Record<string, AttributeValue> } => {
  if (!record) return { text: 'attribute_not_exists(ch)', values: {} };
  const values = { ':seen': { N: String(record.changes) } };
  return record.holds === undefined
    ? { text: 'ch = :seen AND attribute_not_exists(ge)', values }
    : { text: 'ch = :seen AND ge = :held', values: { ...values, ':held': { N: String(record.holds) } } };
};
