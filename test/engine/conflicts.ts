import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

const key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const single = z.object({ Key: key });
const transaction = z.object({ TransactItems: z.array(z.object({ Update: single })) });

const nameOf = ({ pk, sk }: z.infer<typeof key>) => `${pk.S} ${sk.S}`;

/** A transaction keeps its items for about so long, ms. */
const HELD_MS = 10;
const $metadata = {};

/**
 * Raises conflicts as DynamoDB does, which the embedded engine never does: of two transactions that touch one item
 * within 10 ms the second is cancelled, and so is a plain write of an item that a transaction holds, whichever of the
 * clients they come from.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 * @param heldMs how long an item stays held after a transaction
 */
export const transactionConflicts = (heldMs = HELD_MS) => {
  const heldUntil = new Map<string, number>();
  let raised = 0;
  const isHeld = (name: string) => (heldUntil.get(name) ?? 0) > performance.now();
  const hold = (names: readonly string[]) => {
    for (const name of names) heldUntil.set(name, performance.now() + heldMs);
  };
  return {
    raised: () => raised,
    among: (client: DynamoDBClient): void => {
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            if (commandName === 'UpdateItemCommand') {
              if (isHeld(nameOf(single.parse(args.input).Key))) {
                raised += 1;
                throw new TransactionConflictException({ $metadata, message: 'a transaction is under way' });
              }
            }
            if (commandName !== 'TransactWriteItemsCommand') return next(args);
            const names = transaction.parse(args.input).TransactItems.map(({ Update }) => nameOf(Update.Key));
            // Once: what is held may be free a moment later.
            const held = names.map(isHeld);
            if (held.includes(true)) {
              raised += 1;
              throw new TransactionCanceledException({
                $metadata,
                message: 'Transaction cancelled',
                CancellationReasons: held.map((isTaken) =>
                  isTaken
                    ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
                    : { Code: 'None' },
                ),
              });
            }
            hold(names);
            try {
              return await next(args);
            } finally {
              hold(names);
            }
          },
        { step: 'initialize', name: 'conflicts' },
      );
    },
  };
};
