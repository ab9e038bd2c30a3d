interface Asked<T, R> {
  readonly item: T;
  readonly answer: (answer: R) => void;
  readonly fail: (error: unknown) => void;
}

/** Items of one request; DynamoDB takes no more statements. */
const MOST = 25;

/**
 * What is asked for one by one, asked for together: whatever comes up within one turn of the event loop, or while the
 * request before is under way.
 * @param ask answers how to find the answer of each
 */
export const gathered = <T, R>(
  ask: (items: readonly T[]) => Promise<(item: T, index: number) => R>,
): ((item: T) => Promise<R>) => {
  const waiting: Asked<T, R>[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const asked = waiting.splice(0, MOST);
      try {
        const answerOf = await ask(asked.map(({ item }) => item));
        for (const [index, { item, answer }] of asked.entries()) answer(answerOf(item, index));
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    running = false;
  };
  return (item) =>
    new Promise<R>((answer, fail) => {
      waiting.push({ item, answer, fail });
      if (running) return;
      running = true;
      setImmediate(run);
    });
};
