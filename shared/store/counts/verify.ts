import type { Tally } from '../../domain/tally.ts';
import type { CountingStores } from './snapshot.ts';
import { verifyShard } from './verify-shard.ts';

export interface Verification {
  readonly checked: number;
  readonly drift: readonly {
    readonly sessionId: string;
    readonly shard: number;
    readonly counted: Tally;
    readonly stored: Tally;
  }[];
  /** Counters of which nothing can be said yet. */
  readonly pending: number;
  /** Those of them that do not see what is written: the stream's reader is late, or stands still. */
  readonly stalled: number;
  readonly repaired: number;
}

/** How long one verification waits for streams in all, ms: an HTTP API answers within 30 s. */
const PATIENCE_MS = 8_000;
const SHARDS_AT_ONCE = 8;

/** Verifies the counters and timelines of sessions; with `repair` those that drifted are set to what is stored. */
export const verifySessions = async (
  stores: CountingStores,
  event: string,
  sessions: readonly { readonly sessionId: string; readonly shards: number }[],
  { repair }: { readonly repair: boolean },
): Promise<Verification> => {
  const until = performance.now() + PATIENCE_MS;
  const shards = sessions.flatMap(({ sessionId, shards: count }) => {
    let hours: ReturnType<CountingStores['counts']['hours']> | undefined;
    const hoursOf = () => {
      hours ??= stores.counts.hours(event, sessionId);
      return hours;
    };
    return Array.from({ length: count }, (_, shard) => ({ event, sessionId, shard, hoursOf }));
  });
  const drift: Verification['drift'][number][] = [];
  let [pending, stalled, repaired] = [0, 0, 0];
  const waiting = shards.values();
  const work = async () => {
    for (const { hoursOf, ...key } of waiting) {
      const verdict = await verifyShard(stores, key, { repair, until }, hoursOf);
      if (verdict.kind === 'pending') {
        pending += 1;
        if (verdict.stalled) stalled += 1;
      }
      if (verdict.kind !== 'drift') continue;
      const { counted, stored } = verdict;
      drift.push({ sessionId: key.sessionId, shard: key.shard, counted, stored });
      if (verdict.repaired) repaired += 1;
    }
  };
  await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, work));
  return { checked: shards.length, drift, pending, stalled, repaired };
};
