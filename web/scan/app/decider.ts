import type { Reading } from '../door/reading.ts';
import { type Tone, toneOf, type Verdict } from '../door/verdict.ts';
import type { RunningDevice } from './device.ts';
import { sessionNow } from './session-now.ts';
import type { Store } from './store.ts';

/** Readings that wait to be decided; a scanner that runs wild is held here. */
const MAX_PENDING = 200;
/** Has what is read decided, and shows and sounds the verdicts. */
export const decider = (
  store: Store,
  device: () => RunningDevice | undefined,
  play: (tone: Tone, withSound: boolean) => void,
) => {
  let turn: Promise<void> = Promise.resolve();

  const show = (verdict: Verdict): void => {
    const tone = toneOf(verdict);
    store.dispatch({ kind: 'verdict', verdict });
    play(tone, store.state().settings.sound);
    void device()?.showOccupancy();
  };

  /** One after another, in the order in which they were read. */
  return (code: string, more: Partial<Omit<Reading, 'code'>> = {}): void => {
    const state = store.state();
    const sessionId = more.sessionId ?? sessionNow({ ...state, now: Date.now() + state.aheadMs })?.sessionId;
    const running = device();
    if (!running || sessionId === undefined || state.pending >= MAX_PENDING) return;
    const reading: Reading = { code, direction: state.settings.direction, ...more, sessionId };
    store.dispatch({ kind: 'reading' });
    turn = turn.then(async () => show(await (state.practice ? running.practise : running).judge(reading)));
  };
};
