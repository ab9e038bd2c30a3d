import { pressKey, wedgeAtRest } from './wedge.ts';

/** Fields for text take their own keys: a code that is scanned into one is sent by its form. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input:not([type="radio"])');

/** Listens to keyboard-wedge scanners wherever the focus is, but in fields. @returns stops it */
export const readKeyboard = (onCode: (code: string) => void): (() => void) => {
  let state = wedgeAtRest;
  const onKey = (event: KeyboardEvent) => {
    if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = pressKey(state, { key: event.key, at: event.timeStamp });
    state = step.state;
    if (step.isScanner) event.preventDefault();
    if (step.code !== null) onCode(step.code);
  };
  document.addEventListener('keydown', onKey, { capture: true });
  return () => document.removeEventListener('keydown', onKey, { capture: true });
};
