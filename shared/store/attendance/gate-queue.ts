import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoreBusyError } from '../errors.ts';
import { type GateParts, gateRounds, type Passed, type Plan, type Waiting } from './gate-round.ts';
import type { GateSetting } from './gate-writes.ts';
import type { RecordKey } from './keys.ts';
import { patience } from './transact.ts';

/** Written in one transaction: 100 items are allowed, one of them is the gate. */
const AT_ONCE = 24;

/**
 * What this process wants to write at one gate, in the order in which it came, many changes in one transaction: a gate
 * takes about one transaction in 10 ms (AWS), however many doors wait at it.
 */
export const gateQueue = (
  client: DynamoDBClient,
  table: string,
  parts: GateParts,
  at: { readonly event: string; readonly sessionId: string },
) => {
  const round = gateRounds(client, table, parts, at);
  let waiting: Waiting[] = [];
  let working = false;
  /** As the newest caller knows it. */
  let setting: GateSetting | undefined;

  /** From the front of the queue, each record once: of two changes of one record the second sees the first. */
  const nextBatch = (): Waiting[] => {
    const seen = new Set<string>();
    let size = 0;
    for (const { key } of waiting.slice(0, AT_ONCE)) {
      if (seen.has(key.badgeId)) break;
      seen.add(key.badgeId);
      size += 1;
    }
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return batch;
  };

  /** One that can't be read or written must not take the others with it. */
  const letThrough = async (batch: readonly Waiting[]): Promise<void> => {
    let left = batch;
    const pause = patience();
    try {
      while (left.length > 0) {
        left = await round(left, setting);
        if (left.length > 0) await pause();
      }
    } catch (error) {
      if (left.length > 1 && !(error instanceof StoreBusyError)) {
        for (const each of left) await letThrough([each]);
      } else {
        for (const each of left) each.failed(error);
      }
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) await letThrough(nextBatch());
    working = false;
  };

  return (
    key: RecordKey,
    plan: Plan,
    more: { readonly setting?: GateSetting | undefined; readonly scanId?: string | undefined },
  ): Promise<Passed> =>
    new Promise((done, failed) => {
      if (more.setting && (!setting || setting.revision <= more.setting.revision)) setting = more.setting;
      waiting.push({ key, scanId: more.scanId, plan, done, failed });
      if (!working) void work();
    });
};
