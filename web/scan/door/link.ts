import { ApiProblem } from '../../../shared/client/api.ts';

/** How this phone and the server stand. Times in ms since 1970. */
export interface LinkState {
  /** The server decides; else this phone does, alone. */
  readonly live: boolean;
  /** When the server last answered. */
  readonly heardAt: number | null;
  /** The organizer has revoked this device. */
  readonly signedOff: boolean;
  /** Scans that the server has to hear of. */
  readonly waiting: number;
  /** Scans that the server will never record. */
  readonly unrecordable: number;
}

export interface LinkDeps {
  /** @returns whether the server has every scan of this device; throws where it cannot be talked to */
  readonly upload: () => Promise<boolean>;
  /** Asks for what the device needs to decide alone, which also shows that the server is there. */
  readonly refresh: () => Promise<void>;
  readonly counts: () => Promise<{ readonly waiting: number; readonly unrecordable: number }>;
  readonly changed: (state: LinkState) => void;
  readonly clock: () => number;
  /** Of the first pause after a failure, and the longest, ms. */
  readonly pauseMs?: number;
  readonly maxPauseMs?: number;
}

/** The server hears of the device, and the device of revoked badges, at least this often, ms. */
const HEARTBEAT_MS = 30_000;
/** While the server does not answer, a scan decided alone has it asked again no sooner than this, ms. */
const ASK_AGAIN_MS = 2_000;

/** Ms between two readings of a clock that may have been set in between. */
const apart = (one: number, other: number): number => Math.abs(one - other);

/** Keeps the device and the server together: uploads in the background, finds out when the server is back. */
export const link = (deps: LinkDeps) => {
  const { clock, pauseMs = 1_000, maxPauseMs = 15_000 } = deps;
  let state: LinkState = { live: false, heardAt: null, signedOff: false, waiting: 0, unrecordable: 0 };
  let failures = 0;
  let running = false;
  let again = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  const set = (change: Partial<LinkState>) => {
    state = { ...state, ...change };
    deps.changed(state);
  };

  const round = async (): Promise<void> => {
    askedAt = clock();
    try {
      const sent = await deps.upload();
      if (!state.live || apart(clock(), state.heardAt ?? 0) >= HEARTBEAT_MS - 1_000) {
        await deps.refresh();
        set({ heardAt: clock(), signedOff: false });
      }
      const counts = await deps.counts();
      failures = sent || again ? 0 : failures + 1;
      set({ ...counts, live: sent && counts.waiting === 0 });
    } catch (error) {
      failures += 1;
      const signedOff = error instanceof ApiProblem && error.status === 401;
      // A storage that cannot be read says nothing; what was known of it stays.
      const counts = await deps.counts().catch(() => ({}));
      set({ live: false, ...(signedOff && { signedOff }), ...counts });
    }
  };

  const nextPause = (): number => {
    if (failures === 0) return HEARTBEAT_MS;
    // Phones that lost one access point come back one by one, not all at once.
    return Math.min(maxPauseMs, pauseMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
  };

  const run = async (): Promise<void> => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = true;
    do {
      again = false;
      await round();
      // What came meanwhile waits with the rest where the server is not there.
    } while (again && failures === 0 && !stopped);
    running = false;
    if (!stopped) timer = setTimeout(run, nextPause());
  };

  return {
    state: (): LinkState => state,
    /** Something has changed: the network, the queue, the page comes to the front. */
    kick: (): void => {
      failures = Math.min(failures, 1);
      void run();
    },
    /** A scan was not answered, or was decided alone: this phone decides until all is sent. */
    lost: (): void => {
      set({ live: false });
      const isSilent = failures > 0 && apart(clock(), askedAt) < ASK_AGAIN_MS;
      if (running || !isSilent) void run();
      else void deps.counts().then(set, () => undefined);
    },
    signedOff: (): void => set({ live: false, signedOff: true }),
    heard: (): void => set({ heardAt: clock() }),
    stop: (): void => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
