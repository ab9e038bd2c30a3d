/**
 * Keeps the screen awake while the page is in front; the system takes the lock away whenever it is not.
 * https://developer.mozilla.org/docs/Web/API/Screen_Wake_Lock_API
 */
export const keepAwake = (): void => {
  const ask = () => {
    // Refused when the battery is low: the screen then goes dark as it would anyway.
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', ask);
  ask();
};
