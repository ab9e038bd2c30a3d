/**
 * Remembers what `load` answered, by key, for `maxAgeMs`. Concurrent callers share one load; a failed load
 * is not remembered. At most `maxEntries` keys are kept, the oldest goes first.
 */
export const cached = <Value>(
  load: (key: string) => Promise<Value>,
  {
    maxAgeMs,
    maxEntries = 1000,
    clock = Date.now,
  }: { maxAgeMs: number; maxEntries?: number; clock?: () => number },
): ((key: string) => Promise<Value>) => {
  const entries = new Map<string, { value: Promise<Value>; loadedAt: number }>();
  return (key) => {
    const now = clock();
    const known = entries.get(key);
    if (known && now - known.loadedAt < maxAgeMs) return known.value;
    const value = load(key);
    entries.delete(key);
    entries.set(key, { value, loadedAt: now });
    value.catch(() => {
      if (entries.get(key)?.value === value) entries.delete(key);
    });
    if (entries.size > maxEntries) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    }
    return value;
  };
};
