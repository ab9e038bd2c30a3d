import * as z from 'zod';
import type { SeededRandom } from '../../../programmes/gdec-2023/seeded-random.ts';
import { type ScanResult, scanResult } from '../../../shared/contract/check-ins.ts';
import { ask } from '../../support/turnout.ts';
import { EVENT, SESSIONS, type SmallEvent } from './small-event.ts';

interface Sent {
  readonly badgeId: string | null;
  readonly scan: {
    readonly scanId: string;
    readonly sessionId: string;
    readonly badge: string;
    readonly direction: 'entry' | 'exit';
    readonly scannedAt: string;
    readonly admittedOffline: boolean;
  };
}
export type Acknowledged = Sent & { readonly result: ScanResult };

const answered = z.object({ results: z.array(scanResult) });
const LARGEST_BATCH = 8;

/** Doors that send scans until they are told to stop, and remember what was answered and what was not. */
export const doors = (host: { readonly baseUrl: string }, event: SmallEvent, random: SeededRandom) => {
  const acknowledged = new Map<string, Acknowledged>();
  const unanswered = new Map<string, Sent>();
  let [failures, resent, kept] = [0, 0, 0];

  const aScan = (): Sent => {
    const badge = random.chance(0.04) ? undefined : random.pick(event.badges);
    const late = random.chance(0.15);
    return {
      badgeId: badge?.badgeId ?? null,
      scan: {
        scanId: crypto.randomUUID(),
        sessionId: random.pick(SESSIONS),
        badge: badge?.code ?? `nobody-${random.whole(1, 9)}`,
        direction: random.chance(0.35) ? 'exit' : 'entry',
        scannedAt: new Date(Date.now() - (late ? random.whole(0, 7_200_000) : 0)).toISOString(),
        admittedOffline: late,
      },
    };
  };

  /** Answers the results, or undefined where no answer came. */
  const send = async (batch: readonly Sent[]): Promise<readonly ScanResult[] | undefined> => {
    for (const each of batch) unanswered.set(each.scan.scanId, each);
    try {
      const { token } = random.pick(event.doors);
      const body = { scans: batch.map(({ scan }) => scan) };
      const answer = await ask(host, 'POST', `/events/${EVENT}/check-ins`, { token, body });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
      const { results } = answer.json(answered);
      batch.forEach((each, index) => {
        const result = results[index];
        if (result?.scanId !== each.scan.scanId) throw new Error('results are not in the order of the scans');
        unanswered.delete(each.scan.scanId);
        if (!acknowledged.has(each.scan.scanId)) acknowledged.set(each.scan.scanId, { ...each, result });
      });
      return results;
    } catch {
      failures += 1;
      return undefined;
    }
  };

  const batches = <T>(all: readonly T[], size: number): T[][] =>
    Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

  return {
    acknowledged,
    unanswered,
    /** How many requests went without an answer, and what became of their scans. */
    seen: () => ({ failures, resent, kept }),
    /** Sends until `going` says no; a batch now and then is one that was sent before. */
    work: async (going: () => boolean, pause: () => Promise<void>): Promise<void> => {
      while (going()) {
        const again = random.chance(0.1) ? [...acknowledged.values()].slice(-LARGEST_BATCH) : [];
        const fresh = Array.from({ length: random.whole(1, LARGEST_BATCH) }, aScan);
        await send(again.length > 0 ? again : fresh);
        await pause();
      }
    },
    /** Sends again what was not answered, until all of it is. */
    resend: async (): Promise<void> => {
      for (let tries = 0; unanswered.size > 0; tries += 1) {
        if (tries > 50) throw new Error(`${unanswered.size} scans are still not answered`);
        for (const batch of batches([...unanswered.values()], 50)) {
          resent += batch.length;
          const results = await send(batch);
          kept += results?.filter(({ replayed }) => replayed).length ?? 0;
        }
      }
    },
    /** Sends everything again and answers the scans whose answer is not the first one. */
    replay: async (): Promise<string[]> => {
      const differing: string[] = [];
      for (const batch of batches([...acknowledged.values()], 50)) {
        const results = await send(batch);
        batch.forEach(({ scan, result }, index) => {
          const now = results?.[index];
          const first = [true, result.outcome, result.reason, result.conflict];
          const again = [now?.replayed, now?.outcome, now?.reason, now?.conflict];
          if (first.join() !== again.join()) differing.push(`${scan.scanId}: ${first} became ${again}`);
        });
      }
      return differing;
    },
  };
};
