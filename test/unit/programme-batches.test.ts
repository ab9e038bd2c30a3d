import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { readAll, transactAll, writeAll } from '../../shared/store/batches.ts';

const sdk = mockClient(DynamoDBDocumentClient);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
beforeEach(() => sdk.reset());

const aWrite = (id: number) => ({ PutRequest: { Item: { pk: 'p', sk: String(id) } } });
const aPut = (id: number) => ({ actions: [{ Put: { TableName: 'T', Item: { pk: 'p', sk: String(id) } } }] });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const cancelled = (...codes: (string | undefined)[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code: Code ?? 'None' })),
  });

describe('an import loses nothing when the engine is busy', () => {
  test('writes that were not taken are sent again', async () => {
    sdk
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { T: [aWrite(1), aWrite(2)] } })
      .resolvesOnce({ UnprocessedItems: { T: [aWrite(2)] } })
      .resolves({});
    await writeAll(documents, 'T', upTo(3).map(aWrite));
    const sent = sdk
      .commandCalls(BatchWriteCommand)
      .map(({ args }) => args[0].input.RequestItems?.['T']?.length);
    expect(sent).toEqual([3, 2, 1]);
  });

  test('and when it never takes them, the caller is asked to try again', async () => {
    sdk.on(BatchWriteCommand).resolves({ UnprocessedItems: { T: [aWrite(1)] } });
    await expect(writeAll(documents, 'T', [aWrite(1)])).rejects.toMatchObject({
      name: 'StoreBusyError',
    });
  }, 30_000);

  test('reads that were not answered are asked again', async () => {
    sdk
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { T: [{ pk: 'p', sk: '0' }] },
        UnprocessedKeys: { T: { Keys: [{ pk: 'p', sk: '1' }] } },
      })
      .resolves({ Responses: { T: [{ pk: 'p', sk: '1' }] } });
    const keys = upTo(2).map((id) => ({ pk: 'p', sk: String(id) }));
    expect(await readAll(documents, 'T', keys)).toHaveLength(2);
  });

  test('a transaction that met another one is sent again', async () => {
    sdk.on(TransactWriteCommand).rejectsOnce(cancelled(undefined, 'TransactionConflict')).resolves({});
    expect(await transactAll(documents, upTo(2).map(aPut))).toEqual([]);
    expect(sdk.commandCalls(TransactWriteCommand)).toHaveLength(2);
  });
});

describe('transactions', () => {
  test('hold at most 100 actions, and never part a group', async () => {
    sdk.on(TransactWriteCommand).resolves({});
    const groups = upTo(60).map((id) => ({
      actions: upTo(3).flatMap((part) => aPut(id * 3 + part).actions),
    }));
    await transactAll(documents, groups);
    const sizes = sdk
      .commandCalls(TransactWriteCommand)
      .map(({ args }) => args[0].input.TransactItems?.length);
    expect(sizes).toEqual([99, 81]);
  });

  test('hold no more bytes than the engine takes', async () => {
    sdk.on(TransactWriteCommand).resolves({});
    const large = upTo(20).map((id) => ({
      actions: [{ Put: { TableName: 'T', Item: { pk: 'p', sk: String(id), text: 'x'.repeat(300_000) } } }],
    }));
    await transactAll(documents, large);
    for (const { args } of sdk.commandCalls(TransactWriteCommand)) {
      expect(JSON.stringify(args[0].input.TransactItems).length).toBeLessThan(2_100_000);
    }
  });

  test('name the group whose condition failed', async () => {
    const groups = upTo(3).map(aPut);
    sdk.on(TransactWriteCommand).rejects(cancelled(undefined, 'ConditionalCheckFailed', undefined));
    expect(await transactAll(documents, groups)).toEqual([groups[1]]);
  });
});
