import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoreBusyError } from '../errors.ts';
import { type GateParts, gateRounds } from './gate-round.ts';
import type { Passed, Plan, Waiting } from './gate-waiting.ts';
import type { GateSetting } from './gate-writes.ts';
import type { RecordKey } from './keys.ts';
import { PATIENCE_MS, patience } from './transact.ts';

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

  const waited = ({ since }: Waiting): number => performance.now() - since;
  const isLate = (each: Waiting): boolean => waited(each) >= PATIENCE_MS;
  const refuse = (late: readonly Waiting[], error: unknown): void => {
    for (const each of late) each.failed(error);
  };

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

  /**
   * One that can't be read or written must not take the others with it, and who came late waits no shorter because
   * others have waited long.
   */
  const letThrough = async (batch: readonly Waiting[]): Promise<void> => {
    let left = batch;
    const pause = patience(PATIENCE_MS - Math.max(...batch.map(waited)));
    try {
      while (left.length > 0) {
        left = await round(left, setting, pause);
        if (left.length > 0) await pause();
      }
    } catch (error) {
      if (error instanceof StoreBusyError && left.some(isLate)) {
        refuse(left.filter(isLate), error);
        waiting = [...left.filter((each) => !isLate(each)), ...waiting];
      } else if (left.length > 1 && !(error instanceof StoreBusyError)) {
        for (const each of left) await letThrough([each]);
      } else {
        refuse(left, error);
      }
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) {
      refuse(waiting.filter(isLate), new StoreBusyError('Too many people go through one gate'));
      waiting = waiting.filter((each) => !isLate(each));
      if (waiting.length > 0) await letThrough(nextBatch());
    }
    working = false;
  };

  return (
    key: RecordKey,
    plan: Plan,
    more: { readonly setting?: GateSetting | undefined; readonly scanId?: string | undefined },
  ): Promise<Passed> =>
    new Promise((done, failed) => {
      if (more.setting && (!setting || setting.revision <= more.setting.revision)) setting = more.setting;
      waiting.push({ key, scanId: more.scanId, plan, since: performance.now(), done, failed });
      if (!working) void work();
    });
};
