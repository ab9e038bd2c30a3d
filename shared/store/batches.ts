import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from './attendance/keys.ts';
import { StoreBusyError } from './errors.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_WRITES = 25;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_READS = 100;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MAX_ACTIONS = 100;
/** Of 4 MB that a transaction may have, with room for what marshalling adds. */
const MAX_TRANSACTION_BYTES = 2_000_000;
const TRANSACTION_CONCURRENCY = 4;
const MAX_TRIES = 10;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;
const CONCURRENCY = 8;

export type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];
export type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
export type Key = Readonly<{ pk: string; sk: string }>;

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/** Runs `work` on every item, at most `concurrency` at once; the first failure ends it. */
export const forEachOf = async <T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  concurrency = CONCURRENCY,
): Promise<void> => {
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
};

/** What a batch answers as unprocessed is throttled and has to be sent again, after a pause. */
const pauseBefore = (attempt: number) =>
  sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));

/**
 * Sends all, a batch at a time, and what comes back as unprocessed again.
 * @param send answers what the engine did not take
 * @throws {StoreBusyError} when something is not taken even after many tries
 */
const sendInBatches = <T>(
  all: readonly T[],
  size: number,
  send: (batch: T[]) => Promise<readonly T[] | undefined>,
): Promise<void> =>
  forEachOf(chunks(all, size), async (chunk) => {
    let left = chunk;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MAX_TRIES) throw new StoreBusyError(`${left.length} items of a batch were not taken`);
      if (attempt > 0) await pauseBefore(attempt);
      left = [...((await send(left)) ?? [])];
    }
  });

/** Writes all, in batches. Not a transaction: the caller makes it harmless when only a part arrives. */
export const writeAll = (documents: DynamoDBDocumentClient, table: string, writes: readonly BatchWrite[]) =>
  sendInBatches(writes, MAX_WRITES, async (batch) => {
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [table]: batch } }),
    );
    return UnprocessedItems?.[table];
  });

/** Groups put together as long as they fit into one transaction. */
const transactionsOf = <G extends { readonly actions: readonly Action[] }>(groups: readonly G[]): G[][] => {
  const transactions: G[][] = [];
  let size = { actions: Number.POSITIVE_INFINITY, bytes: 0 };
  for (const group of groups) {
    const bytes = JSON.stringify(group.actions).length;
    const fits =
      size.actions + group.actions.length <= MAX_ACTIONS && size.bytes + bytes <= MAX_TRANSACTION_BYTES;
    if (!fits) {
      transactions.push([]);
      size = { actions: 0, bytes: 0 };
    }
    transactions.at(-1)?.push(group);
    size = { actions: size.actions + group.actions.length, bytes: size.bytes + bytes };
  }
  return transactions;
};

/**
 * Writes groups of actions, each group whole or not at all, many in one transaction. Twice the write units of
 * a batch, for imports only: no badge without its code, and one commit for a hundred items.
 * @returns the groups of which a condition failed; the others that shared their transaction are not written
 */
export const transactAll = async <G extends { readonly actions: readonly Action[] }>(
  documents: DynamoDBDocumentClient,
  groups: readonly G[],
): Promise<G[]> => {
  const failed: G[] = [];
  await forEachOf(
    transactionsOf(groups),
    async (transaction) => {
      const actions = transaction.flatMap((group) => [...group.actions]);
      for (let attempt = 1; ; attempt += 1) {
        try {
          await documents.send(new TransactWriteCommand({ TransactItems: actions }));
          return;
        } catch (error) {
          if (!(error instanceof TransactionCanceledException)) throw error;
          const failures = (error.CancellationReasons ?? []).flatMap(({ Code }, index) =>
            Code === 'ConditionalCheckFailed' ? [actions[index]] : [],
          );
          if (failures.length > 0) {
            failed.push(
              ...transaction.filter((group) => group.actions.some((action) => failures.includes(action))),
            );
            return;
          }
          // Throttled, or another transaction was at the same items.
          if (attempt === MAX_TRIES) throw error;
          await pauseBefore(attempt);
        }
      }
    },
    TRANSACTION_CONCURRENCY,
  );
  return failed;
};

/** The items that exist, in no order, read consistently: a read unit each, up to 4 KB. */
export const readItems = async (
  client: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<Record<string, AttributeValue>[]> => {
  const found: Record<string, AttributeValue>[] = [];
  await sendInBatches<Record<string, AttributeValue>>(keys, MAX_READS, async (batch) => {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: batch, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    return UnprocessedKeys?.[table]?.Keys;
  });
  return found;
};

/** The same as plain objects. */
export const readAll = async (
  documents: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<Record<string, unknown>[]> => {
  const found: Record<string, unknown>[] = [];
  await sendInBatches<Record<string, unknown>>(keys, MAX_READS, async (batch) => {
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: batch, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    return UnprocessedKeys?.[table]?.Keys;
  });
  return found;
};
