/** Something that others wait for, again and again. */
export interface Bell {
  /** Wakes all that wait now. */
  ring(): void;
  /** Resolves at the next ring, or after `ms`. */
  wait(ms?: number): Promise<void>;
}

export const bell = (): Bell => {
  let waiting = new Set<() => void>();
  return {
    ring: () => {
      const woken = waiting;
      waiting = new Set();
      for (const wake of woken) wake();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          // Also after the time is up: in an idle host nothing else would ever remove it.
          waiting.delete(wake);
          resolve();
        };
        const timer = ms === undefined ? undefined : setTimeout(wake, ms);
        waiting.add(wake);
      }),
  };
};
