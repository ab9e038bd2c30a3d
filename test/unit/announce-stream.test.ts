import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { type Change, streamHandler, toChange } from '../../shared/runtime/stream.ts';

const aRecord = (sequenceNumber: string): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: sequenceNumber,
    Keys: { pk: { S: 'p' }, sk: { S: 's' } },
    NewImage: {
      pk: { S: 'p' },
      n: { N: '12' },
      yes: { BOOL: true },
      nothing: { NULL: true },
      list: { L: [{ S: 'a' }, { M: { deep: { N: '-1.5' } } }] },
      words: { SS: ['x', 'y'] },
    },
  },
});

test('a stored value would reach a stream function as something else', () => {
  expect(toChange(aRecord('1'))).toEqual({
    kind: 'INSERT',
    sequenceNumber: '1',
    keys: { pk: 'p', sk: 's' },
    before: undefined,
    after: {
      pk: 'p',
      n: 12,
      yes: true,
      nothing: null,
      list: ['a', { deep: -1.5 }],
      words: new Set(['x', 'y']),
    },
  });
  expect(() => toChange({})).toThrow(/not a stream record/);
});

test('a change would overtake one that failed', async () => {
  const seen: string[] = [];
  const handler = streamHandler(async ({ sequenceNumber }: Change) => {
    seen.push(sequenceNumber);
    if (sequenceNumber === '2') throw new Error('not now');
  });
  const Records = ['1', '2', '3'].map(aRecord);
  expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(seen).toEqual(['1', '2']);
  expect(await handler({ Records: Records.slice(2) })).toEqual({ batchItemFailures: [] });
});
