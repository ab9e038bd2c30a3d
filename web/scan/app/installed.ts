/** Of the worker that keeps the page for use without network; see web/scan/worker. */
const WORKER = '/scan-worker.js';

/**
 * Keeps the page on the device. A new version is loaded beside the old one and is used when the page is opened
 * anew, never in the middle of a scan.
 * @param onNewer told when one is there
 */
export const keepUpToDate = (onNewer: () => void): void => {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register(WORKER, { scope: '/scan' }).then(
    (registration) => {
      const watch = ({ installing }: ServiceWorkerRegistration) =>
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed' && navigator.serviceWorker.controller) onNewer();
        });
      registration.addEventListener('updatefound', () => watch(registration));
      if (registration.waiting) onNewer();
    },
    // Without it the page works as long as there is a network; an installed one has its worker already.
    () => undefined,
  );
};

/** Lets the newer version take over, and begins anew with it. */
export const takeNewer = async (): Promise<void> => {
  const registration = await navigator.serviceWorker.getRegistration('/scan');
  navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), {
    once: true,
  });
  registration?.waiting?.postMessage('take over');
};
