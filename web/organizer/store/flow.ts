/** How many came and went of late, from the absolute counts that were seen. */
export interface Flow {
  readonly entries: number;
  readonly exits: number;
  /** Over how long, ms; less than a minute while the page is young. */
  readonly overMs: number;
}

interface Sample {
  readonly at: number;
  readonly entries: number;
  readonly exits: number;
}

const WINDOW_MS = 60_000;
/** Samples closer together than this are one: 60 a session at most. */
const STEP_MS = 1_000;

export const flowMeter = () => {
  const samples = new Map<string, Sample[]>();
  return {
    take: (sessionId: string, { entries, exits }: Omit<Sample, 'at'>, at: number): void => {
      const list = samples.get(sessionId) ?? [];
      samples.set(sessionId, list);
      const last = list.at(-1);
      if (list.length > 1 && last && at - last.at < STEP_MS) list.pop();
      list.push({ at: list.length > 0 && last && at - last.at < STEP_MS ? last.at : at, entries, exits });
      // The newest one outside the window is where the window begins.
      while (list[1] && at - list[1].at >= WINDOW_MS) list.shift();
    },
    flowOf: (sessionId: string, at: number): Flow | undefined => {
      const list = samples.get(sessionId);
      const last = list?.at(-1);
      const begin = list?.findLast((sample) => at - sample.at >= WINDOW_MS) ?? list?.[0];
      if (!begin || !last) return undefined;
      const overMs = Math.min(WINDOW_MS, at - begin.at);
      return { entries: last.entries - begin.entries, exits: last.exits - begin.exits, overMs };
    },
  };
};
