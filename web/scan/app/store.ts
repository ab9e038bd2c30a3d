import { firstState, reduce, type ScanEvent, type ScanState } from './state.ts';

export interface Store {
  readonly state: () => ScanState;
  readonly dispatch: (event: ScanEvent) => void;
  readonly subscribe: (listener: (state: ScanState) => void) => () => void;
}

export const createStore = (now: number): Store => {
  let state = firstState(now);
  const listeners = new Set<(state: ScanState) => void>();
  return {
    state: () => state,
    dispatch: (event) => {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
