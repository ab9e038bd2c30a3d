/** A `Date` header is cut to the second. */
const DATE_STEP_MS = 1_000;

/** What the server's clock says, by the times of its answers: the device's own may be wrong. */
export interface ServerClock {
  /** The server's time of a time that this device's clock showed, ms since 1970. */
  readonly timeOf: (own: number) => number;
  readonly now: () => number;
  /** How far the server's clock is ahead of this device's, ms; below 0 where this device is fast. */
  readonly aheadMs: () => number;
  /**
   * An answer has come.
   * @param date its `Date` header
   * @param askedAt when it was asked for, by this device's clock
   */
  readonly heard: (date: string | null, askedAt: number) => void;
}

/**
 * @param keptMs the difference as it was known when the page was closed
 * @param tell told of each other one
 */
export const serverClock = (
  clock: () => number,
  tell: (aheadMs: number) => void,
  keptMs = 0,
): ServerClock => {
  let aheadMs = keptMs;
  return {
    timeOf: (own) => own + aheadMs,
    now: () => clock() + aheadMs,
    aheadMs: () => aheadMs,
    heard: (date, askedAt) => {
      const said = date === null ? Number.NaN : Date.parse(date);
      const least = said - clock();
      const most = said + DATE_STEP_MS - askedAt;
      // Nothing is known where there is no time, or the clock was set back while the answer was on its way.
      if (!(least <= most)) return;
      // What agrees with the answer stays, so that a right clock is never corrected by how slow the network is.
      const next = Math.min(Math.max(aheadMs, least), most);
      if (next === aheadMs) return;
      aheadMs = next;
      tell(aheadMs);
    },
  };
};
