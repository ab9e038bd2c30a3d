import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GateMove } from '../../domain/gate.ts';
import { amended } from './amend.ts';
import { copyAside, taker } from './archive.ts';
import { type StoredGate, stepRequest } from './gate.ts';
import type { Change, Planned } from './gate-waiting.ts';
import { transact } from './transact.ts';

/** Writes changes that move a gate, in one transaction with it; answers false where they have to be looked at again. */
export const togetherWriter = (
  client: DynamoDBClient,
  table: string,
  insideNow: (gate: StoredGate) => Promise<number | null>,
  at: { readonly event: string; readonly sessionId: string },
) => {
  const take = taker(client, table);
  return async (
    gate: StoredGate,
    together: readonly (Planned & { readonly move: GateMove<Change>; readonly change: Change })[],
    most: number,
    pause: () => Promise<void>,
  ): Promise<boolean> => {
    const taken = await Promise.all(
      together.map(({ each, record, change }) => take(each.key, record, change.scan)),
    );
    if (taken.some((each) => each !== null)) return false;
    const updates = together.map(({ each, record, move, change }) => ({
      key: each.key,
      ...amended(table, each.key, record, change, move.holds ? gate.epoch : undefined),
    }));
    await Promise.all(updates.map(({ key, aside }) => copyAside(client, table, key, aside)));
    const step = together.reduce((sum, { move }) => sum + move.step, 0);
    const requests = [
      ...updates.map(({ request }) => request),
      stepRequest(table, at, gate, { step, changes: together.length, most }),
    ];
    let { kind } = await transact(client, requests);
    // Whoever got in the way may have changed nothing that matters: that is what the conditions are for.
    while (kind === 'conflict') {
      await pause();
      ({ kind } = await transact(client, requests));
    }
    if (kind !== 'done') return false;
    const inside = await insideNow(gate);
    for (const [index, { each, change }] of together.entries()) {
      each.done({ scan: change.scan, record: updates[index]?.record, inside });
    }
    return true;
  };
};
