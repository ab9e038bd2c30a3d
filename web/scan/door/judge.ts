import { ApiProblem, ApiUnreachable } from '../../../shared/client/api.ts';
import type { NewScan } from '../device/queue.ts';
import { aloneDoor } from './alone.ts';
import { failedVerdict, type JudgeDeps, type Reading } from './reading.ts';
import { servedDoor } from './served.ts';
import { takeBack } from './take-back.ts';
import type { Verdict } from './verdict.ts';
import { walkInDoor } from './walk-in.ts';

/** Whether the same scan may be decided without the server: it said nothing about the scan itself. */
const passes = (error: unknown): boolean =>
  error instanceof ApiUnreachable ||
  (error instanceof ApiProblem && (error.status === 429 || error.status >= 500));

/** Decides scans, by the server where it answers in time, else alone. */
export const judge = (deps: JudgeDeps) => {
  /** What the server said of the scans before: the next decision is made on it. */
  let kept: Promise<void> = Promise.resolve();
  const byServer = servedDoor(deps, (keeping) => {
    kept = keeping;
  });
  const byItself = aloneDoor(deps);
  const takenBack = takeBack(deps);
  return {
    /** Never throws: what cannot be decided is a verdict too. */
    judge: async ({ code, sessionId, direction, override }: Reading): Promise<Verdict> => {
      await kept;
      const fresh: NewScan = {
        scanId: crypto.randomUUID(),
        event: deps.knowledge().event,
        sessionId,
        direction,
        badge: code,
        scannedAt: deps.clock(),
        ...(override && { override }),
      };
      try {
        if (!deps.live()) return await byItself(fresh, false);
        // A full disk keeps no note of it, and the server decides all the same.
        const scanId = await deps.queue.ask(fresh).catch(() => fresh.scanId);
        const scan = { ...fresh, scanId };
        try {
          return await byServer(scan);
        } catch (error) {
          if (!passes(error)) throw error;
          deps.lost();
          return await byItself(scan, true);
        }
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) deps.signedOff();
        return failedVerdict(deps, fresh, deps.whyNot(error), !deps.live());
      }
    },

    takeBack: async (verdict: Verdict, reason: string): Promise<void> => {
      await kept;
      await takenBack(verdict, reason);
    },
    /** All that was decided is in the device's memory. */
    kept: (): Promise<void> => kept,
    walkIn: walkInDoor(deps),
  };
};
