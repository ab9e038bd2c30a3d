/** Names and numbers that are only shown are left out when they are not there by then, in ms. */
export const SHOWN_WITHIN_MS = 1_000;

/**
 * What `work` comes to, if it does so in time; it is not stopped else.
 * @throws {Error} with the name TimeoutError when it has not after `ms`
 */
export const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const timedOut = () =>
      reject(Object.assign(new Error(`no answer within ${ms} ms`), { name: 'TimeoutError' }));
    timer = setTimeout(timedOut, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
