/** What of a key press matters: `key` as the browser names it, `at` in ms of any steady clock. */
export interface KeyPress {
  readonly key: string;
  readonly at: number;
}

/** What has been typed so far by something faster than a person. */
export interface WedgeState {
  readonly text: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** When a code was complete. */
  readonly endedAt: number;
  /** How many keys have ended it again since. */
  readonly endedAgain: number;
}

export interface WedgeStep {
  readonly state: WedgeState;
  /** The press is a scanner's, and not meant for what has the focus. */
  readonly isScanner: boolean;
  /** The code that is complete with this press, or null. */
  readonly code: string | null;
}

export const wedgeAtRest: WedgeState = {
  text: '',
  firstAt: 0,
  lastAt: Number.NEGATIVE_INFINITY,
  endedAt: Number.NEGATIVE_INFINITY,
  endedAgain: 0,
};

/**
 * Between two keys of a scanner pass 1 to 30 ms, between two of a fast typist 80 and more: on the average, since a
 * phone that is busy, or a radio link that repeats, holds single keys back for longer.
 */
const MAX_MEAN_GAP_MS = 60;
/** After such a pause something new begins. */
const MAX_GAP_MS = 400;
/** Shorter ones are a person at the keyboard. */
const MIN_CODE_LENGTH = 4;
/** Longest badge code of the contract; a longer run is no badge. */
const MAX_CODE_LENGTH = 512;

/** Scanners that end a code by CR and LF press Enter twice, some Tab as well; what comes then is a person's. */
const MOST_ENDS_AGAIN = 2;

const TERMINATORS: ReadonlySet<string> = new Set(['Enter', 'Tab']);

/** One press of a keyboard-wedge scanner: it types the code as a keyboard would and ends with Enter or Tab. */
export const pressKey = (state: WedgeState, { key, at }: KeyPress): WedgeStep => {
  const isNew = state.text === '' || at - state.lastAt > MAX_GAP_MS;
  const { text, firstAt } = isNew ? { text: '', firstAt: at } : state;
  const { endedAt, endedAgain } = state;
  if (TERMINATORS.has(key)) {
    const isCode = text.length >= MIN_CODE_LENGTH && text.length <= MAX_CODE_LENGTH;
    const isFast = at - firstAt <= text.length * MAX_MEAN_GAP_MS;
    if (isCode && isFast) return { state: { ...wedgeAtRest, endedAt: at }, isScanner: true, code: text };
    const isScanner = text === '' && at - endedAt <= MAX_GAP_MS && endedAgain < MOST_ENDS_AGAIN;
    return { state: { ...wedgeAtRest, endedAt, endedAgain: endedAgain + 1 }, isScanner, code: null };
  }
  // Shift and its like come between letters and say nothing.
  if (key.length !== 1)
    return {
      state: isNew
        ? { ...wedgeAtRest, endedAt, endedAgain }
        : { text, firstAt, lastAt: at, endedAt, endedAgain },
      isScanner: false,
      code: null,
    };
  const more = (text + key).slice(0, MAX_CODE_LENGTH + 1);
  return {
    state: { text: more, firstAt, lastAt: at, endedAt, endedAgain },
    isScanner: text.length > 1,
    code: null,
  };
};
