import type { DeviceStore } from '../store/devices.ts';
import { log } from './log.ts';

/** A device's "last seen" is written at most this often by one process, in ms: it must not cost a write a scan. */
const HEARD_OF_EVERY_MS = 30_000;
const MAX_REMEMBERED = 10_000;

export interface Heard {
  readonly lastScanAt?: number | undefined;
  /** Scans that the device still holds back, as it says itself. */
  readonly queued?: number | undefined;
}

/**
 * Notes that a device was heard of, in the background; a failure is logged and costs nothing but freshness.
 * A changed queue is written at once: an organizer relies on it to know how complete a count is.
 */
export const heardOf = (devices: Pick<DeviceStore, 'heardOf'>, clock: () => number) => {
  const known = new Map<string, { at: number; queued: number | undefined }>();
  return (event: string, deviceId: string, { lastScanAt, queued }: Heard): void => {
    const key = `${event}#${deviceId}`;
    const now = clock();
    const last = known.get(key);
    const emptied =
      queued !== undefined && queued !== last?.queued && (queued === 0 || last?.queued === undefined);
    if (last && now - last.at < HEARD_OF_EVERY_MS && !emptied) return;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(key, { at: now, queued: queued ?? last?.queued });
    devices
      .heardOf(event, deviceId, {
        at: new Date(now).toISOString(),
        queued,
        lastScanAt: lastScanAt === undefined ? undefined : new Date(lastScanAt).toISOString(),
      })
      .catch((error: unknown) => log.warn('last seen was not noted', { deviceId, error: String(error) }));
  };
};
