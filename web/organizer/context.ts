import { createContext } from 'preact';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import { type ApiClient, ApiProblem, ApiUnreachable } from '../../shared/client/api.ts';
import type { Words } from '../words/en/organizer.ts';
import type { Board } from './store/board.ts';

export interface Organizer {
  readonly words: Words;
  readonly event: string;
  readonly role: string;
  readonly api: ApiClient;
  readonly board: Board;
}

export const OrganizerContext = createContext<Organizer | undefined>(undefined);

export const useOrganizer = (): Organizer => {
  const organizer = useContext(OrganizerContext);
  if (!organizer) throw new Error('outside of the organizer’s page');
  return organizer;
};

export interface Loaded<T> {
  readonly value: T | undefined;
  /** What the last attempt threw; undefined where it did not. */
  readonly trouble: unknown;
  readonly reload: () => void;
}

const RETRY_MS = 5_000;

/** What another attempt may mend: no answer, a server that failed, too much at once. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiUnreachable ||
  (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));

/**
 * Asks now and, with `everyMs`, again and again; what was answered stays until the next answer. Where the server
 * fails in passing, it is asked again by itself.
 */
export const useLoaded = <T>(ask: () => Promise<T>, keys: readonly unknown[], everyMs = 0): Loaded<T> => {
  const [value, setValue] = useState<T>();
  const [trouble, setTrouble] = useState<unknown>();
  const [round, setRound] = useState(0);
  // Before the browser draws what is there already, which takes it longer than to ask.
  useLayoutEffect(() => {
    let isGone = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const load = () =>
      ask().then(
        (answer) => {
          if (isGone) return;
          setValue(answer);
          setTrouble(undefined);
        },
        (error) => {
          if (isGone) return;
          setTrouble(error);
          if (everyMs === 0 && isPassing(error)) retry = setTimeout(load, RETRY_MS);
        },
      );
    void load();
    const timer = everyMs > 0 ? setInterval(load, everyMs) : undefined;
    return () => {
      isGone = true;
      clearInterval(timer);
      clearTimeout(retry);
    };
  }, [...keys, round, everyMs]);
  return { value, trouble, reload: () => setRound((before) => before + 1) };
};
