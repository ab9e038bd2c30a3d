import { within } from './within.ts';

export interface CacheRules {
  readonly maxAgeMs: number;
  readonly maxEntries?: number;
  /**
   * While `load` fails, or takes longer than PATIENCE_MS, what it answered before is good for this long after it was
   * loaded; without it a failure is the caller's at once.
   */
  readonly staleIfErrorMs?: number;
  /** Failures that say how things are, not that they could not be read: never answered with what was before. */
  readonly isFinal?: (error: unknown) => boolean;
  readonly onStale?: (key: string, error: unknown) => void;
  readonly clock?: () => number;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly loadedAt: number;
  /** The load after it failed: not tried again before. */
  readonly retryAt?: number;
}

/** A failing store is not asked more often than this, in ms. */
const RETRY_MS = 1_000;
/** Nobody waits longer for news where what was known before will do, in ms: one attempt of a client takes as long. */
const PATIENCE_MS = 2_000;

/**
 * Remembers what `load` answered, by key, for `maxAgeMs`. Concurrent callers share one load; a failed load
 * is not remembered. At most `maxEntries` keys are kept, the oldest goes first.
 * @returns a function of the key; with a second argument it wants an answer that is younger than so many ms
 */
export const cached = <Value>(
  load: (key: string) => Promise<Value>,
  {
    maxAgeMs,
    maxEntries = 1000,
    staleIfErrorMs = 0,
    isFinal = () => false,
    onStale = () => {},
    clock = Date.now,
  }: CacheRules,
): ((key: string, youngerThanMs?: number) => Promise<Value>) => {
  const entries = new Map<string, Entry<Value>>();

  const keep = (key: string, entry: Entry<Value>) => {
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size <= maxEntries) return;
    const oldest = entries.keys().next();
    if (!oldest.done) entries.delete(oldest.value);
  };

  const renew = (key: string, before: Entry<Value> | undefined, now: number): Promise<Value> => {
    const usable = before && now - before.loadedAt < staleIfErrorMs ? before : undefined;
    if (usable && now < (usable.retryAt ?? 0)) return usable.value;
    const loaded = load(key);
    const answered = usable ? within(PATIENCE_MS, loaded) : loaded;
    const value = usable
      ? answered.catch((error: unknown) => {
          if (isFinal(error)) throw error;
          onStale(key, error);
          return usable.value;
        })
      : answered;
    const entry: Entry<Value> = { value, loadedAt: now };
    keep(key, entry);
    answered.catch((error: unknown) => {
      if (entries.get(key) !== entry) return;
      entries.delete(key);
      if (usable && !isFinal(error)) keep(key, { ...usable, retryAt: clock() + RETRY_MS });
    });
    const keepLate = () => {
      const kept = entries.get(key);
      if (kept && kept.loadedAt < now) keep(key, { value: loaded, loadedAt: now });
    };
    loaded.then(keepLate, () => {});
    return value;
  };

  return (key, youngerThanMs = maxAgeMs) => {
    const now = clock();
    const known = entries.get(key);
    return known && now - known.loadedAt < youngerThanMs ? known.value : renew(key, known, now);
  };
};
