import type { AttributeValue, Update } from '@aws-sdk/client-dynamodb';
import { MOST_HELD } from '../../domain/archive.ts';
import { type RecordedScan, scanOrder } from '../../domain/scan.ts';
import { MAX_REFUSALS, scanAttribute, scanToValue } from './item.ts';
import { type RecordKey, recordItemKey } from './keys.ts';
import type { Wearer } from './update.ts';

/** What a scan may be appended to without looking: the state that the write is conditional on. */
export type Expectation = 'outside' | 'inside' | 'never-admitted' | 'anything' | 'unseen';

interface Condition {
  readonly text: string;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

const EXPECTATIONS: Record<Expectation, Condition | null> = {
  unseen: null,
  anything: null,
  outside: { text: '(attribute_not_exists(#in) OR #in = :no)', values: { ':no': { BOOL: false } } },
  inside: { text: '#in = :yes', values: { ':yes': { BOOL: true } } },
  'never-admitted': { text: 'attribute_not_exists(fe)', values: {} },
};

/**
 * The write of a scan into a record that was not read: it holds only if the scan is unseen, newer than everything
 * recorded (unless refused), the record is as expected, is short, has no refusals elsewhere and holds no place at a gate.
 */
export const appendRequest = (
  table: string,
  key: RecordKey,
  scan: RecordedScan,
  wearer: Wearer,
  expected: Expectation,
): Update => {
  const accepted = scan.refused === null;
  const expectation = EXPECTATIONS[expected];
  const names: Record<string, string> = { '#s': scanAttribute(scan.scanId) };
  const values: Record<string, AttributeValue> = {
    ':scan': scanToValue(scan),
    ':one': { N: '1' },
    ':most': { N: String(MAX_REFUSALS) },
    ':many': { N: String(MOST_HELD) },
    ':cat': { S: wearer.category },
  };
  const set = ['#s = :scan', 'cat = :cat'];
  const conditions = [
    'attribute_not_exists(#s)',
    'attribute_not_exists(ge)',
    '(attribute_not_exists(rf) OR rf < :most)',
    '(attribute_not_exists(ch) OR ch < :many)',
  ];
  if (wearer.country !== null) {
    values[':cc'] = { S: wearer.country };
    set.push('cc = :cc');
  }
  if (accepted) {
    names['#in'] = 'in';
    values[':order'] = { S: scanOrder(scan) };
    values[':now'] = { BOOL: scan.direction === 'entry' };
    set.push('ls = :order', '#in = :now');
    if (scan.direction === 'entry') {
      values[':at'] = { N: String(scan.scannedAt) };
      set.push('fe = if_not_exists(fe, :at)');
    }
    conditions.push('(attribute_not_exists(ls) OR ls < :order)');
    if (scan.conflict !== null) set.push('conflictAt = :order');
  }
  if (expectation) {
    conditions.push(expectation.text);
    Object.assign(values, expectation.values);
  }
  return {
    TableName: table,
    Key: recordItemKey(key),
    UpdateExpression: `SET ${set.join(', ')} ADD ch :one${accepted ? '' : ', rf :one'}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};
