import { Problem } from '../../shared/contract/problem.ts';
import { type Asker, networkOf, visitorOf } from '../../shared/runtime/asker.ts';

const WINDOW_MS = 60_000;
/** A hall of volunteers behind one address mistypes a few. */
const PER_SOURCE = 20;
/** A code that is ours costs a look; honest phones need one. */
const PER_CODE = 10;
const MAX_KEYS = 10_000;

/**
 * Counts wrong codes within this process, a minute at a time: nothing is written for a stranger. Codes that are ours
 * are looked at however many wrong ones came from there, so that a flood of wrong codes stops nobody's right one,
 * not even a neighbour's behind the same address.
 */
export const wrongCodes = (clock: () => number) => {
  let minute = 0;
  const counts = new Map<string, number>();

  const assertWithin = (key: string, limit: number): void => {
    const now = Math.floor(clock() / WINDOW_MS);
    if (now !== minute) counts.clear();
    minute = now;
    const count = (counts.get(key) ?? 0) + 1;
    if (count > limit) {
      const seconds = Math.ceil(((minute + 1) * WINDOW_MS - clock()) / 1000);
      throw new Problem(
        'too-many-requests',
        `Too many wrong pairing codes came from your network. Check the code and try again in ${seconds} seconds.`,
        { headers: { 'retry-after': String(seconds) } },
      );
    }
    if (counts.has(key) || counts.size < MAX_KEYS) counts.set(key, count);
  };

  return {
    /** @throws {Problem} `too-many-requests` */
    ofSource: (asker: Asker): void =>
      assertWithin(`${networkOf(asker.sourceIp)} ${networkOf(visitorOf(asker))}`, PER_SOURCE),
    /** @throws {Problem} `too-many-requests` */
    ofCode: (code: string): void => assertWithin(code, PER_CODE),
  };
};
export type WrongCodes = ReturnType<typeof wrongCodes>;
