/**
 * Scans of one request that compete are decided in its order: of two scans of a badge the second waits for the first;
 * at a gate the second queues up behind the first. All others go at once.
 */
export const turns = () => {
  const finished = new Map<string, Promise<unknown>>();
  const begun = new Map<string, Promise<unknown>>();
  /** @param work never fails, and has queued up when it first waits */
  return <T>(badge: string, gate: string | null, work: () => Promise<T>): Promise<T> => {
    const before = [finished.get(badge), gate === null ? undefined : begun.get(gate)].filter(
      (each) => each !== undefined,
    );
    if (before.length === 0) {
      const result = work();
      finished.set(badge, result);
      if (gate !== null) begun.set(gate, Promise.resolve());
      return result;
    }
    const start = Promise.all(before).then(() => ({ result: work() }));
    const result = start.then((started) => started.result);
    finished.set(badge, result);
    if (gate !== null) begun.set(gate, start);
    return result;
  };
};
