import {
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
} from '@aws-sdk/client-dynamodb';
import { StoreBusyError } from '../errors.ts';
import type { Image } from './item-values.ts';

/** How a transaction of updates ended; `failed` by their index: the items that were not as the updates wanted. */
export type Transacted =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly items: ReadonlyMap<number, Image | undefined> }
  /** Another write of one of the items was under way. */
  | { readonly kind: 'conflict' };

/**
 * Reasons that pass by themselves.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const TRANSIENT = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** All of these updates or none. */
export const transact = async (client: DynamoDBClient, updates: readonly Update[]): Promise<Transacted> => {
  try {
    const TransactItems = updates.map((each) => ({ Update: each }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const items = new Map(
      reasons.flatMap(({ Code, Item }, index) =>
        Code === 'ConditionalCheckFailed' ? [[index, Item] as const] : [],
      ),
    );
    if (items.size > 0) return { kind: 'failed', items };
    if (reasons.some(({ Code = '' }) => TRANSIENT.has(Code))) return { kind: 'conflict' };
    throw error;
  }
};

/** How long a write that others get in the way of is tried again, ms: nobody waits at a door for 2 s. */
export const PATIENCE_MS = 1_500;
/** A transaction keeps its items for about this long, ms. */
const CONFLICT_MS = 10;
const LONGEST_PAUSE_MS = 60;

/**
 * Pauses between tries, random and longer each time.
 * @throws {StoreBusyError} once patience is over
 */
export const patience = (patienceMs = PATIENCE_MS): (() => Promise<void>) => {
  const until = performance.now() + patienceMs;
  let tries = 0;
  return async () => {
    if (performance.now() >= until) throw new StoreBusyError('Others keep changing the same records');
    tries += 1;
    const longest = Math.min(LONGEST_PAUSE_MS, CONFLICT_MS * 2 ** tries);
    await new Promise((done) => setTimeout(done, CONFLICT_MS / 2 + (Math.random() * longest) / 2));
  };
};
