/** Not all screens ask for their next channel in the same second; well within the overlap of two terms. */
const SPREAD_MS = 15_000;

/**
 * Moves to the channel of each next term before the one of this term falls silent.
 * @param lost called once, with why, when there is none to be had
 * @returns what stops it
 */
export const renewing = <Address extends { readonly renewInMs: number }>(
  firstInMs: number,
  ask: () => Promise<Address>,
  move: (to: Address) => void,
  lost: (reason: string) => void,
): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const renewIn = (ms: number) => {
    timer = setTimeout(renew, ms + Math.random() * Math.min(ms, SPREAD_MS));
  };
  const renew = async (): Promise<void> => {
    try {
      const address = await ask();
      if (isOver) return;
      move(address);
      renewIn(address.renewInMs);
    } catch (error) {
      if (!isOver) lost(error instanceof Error ? error.message : String(error));
    }
  };
  renewIn(firstInMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};
