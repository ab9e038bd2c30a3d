import { UPLOADING } from '../door/uploader.ts';
import { isIdle } from './state.ts';
import type { Store } from './store.ts';

/** Of the worker that keeps the page for use without network; see web/scan/worker. */
const WORKER = '/scan-worker.js';

const hasTypedText = (): boolean =>
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );

/** Begins anew as soon as nobody is in the middle of anything, here or with what is being sent. */
const beginAnew = (store: Store): void => {
  const stop = store.subscribe((state) => {
    if (!isIdle(state) || hasTypedText()) return;
    stop();
    void navigator.locks.request(UPLOADING, () => window.location.reload());
  });
};

/**
 * Keeps the page on the device. A new version is loaded beside the old one, whose files are gone once somebody has the
 * new one used: then every tab begins anew.
 */
export const keepUpToDate = (store: Store): void => {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // The first worker finds a page of its own version.
  let isOwn = serviceWorker.controller === null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (!isOwn) beginAnew(store);
    isOwn = false;
  });
  const onNewer = () => store.dispatch({ kind: 'update-ready' });
  serviceWorker.register(WORKER, { scope: '/scan' }).then(
    (registration) => {
      const watch = ({ installing }: ServiceWorkerRegistration) =>
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed' && serviceWorker.controller) onNewer();
        });
      registration.addEventListener('updatefound', () => watch(registration));
      if (registration.waiting) onNewer();
    },
    // Without it the page works as long as there is a network; an installed one has its worker already.
    () => undefined,
  );
};

/** Lets the newer version take over. */
export const takeNewer = async (): Promise<void> => {
  const registration = await navigator.serviceWorker.getRegistration('/scan');
  registration?.waiting?.postMessage('take over');
};
