import { cached } from '../runtime/cached.ts';
import { log } from '../runtime/log.ts';

/** Names are shown to people only: a new one of a known device may be a minute late. */
const MAX_AGE_MS = 60_000;

/** A device that was paired a moment ago is looked for at most so often, in ms. */
const UNKNOWN_MAX_AGE_MS = 1_000;

/** While they cannot be read, names are good for this long. */
const STALE_IF_ERROR_MS = 15 * 60_000;

/** The name of a device as volunteers know it, e.g. "Door 3"; null where it is not known. Never throws. */
export type DeviceNameOf = (event: string, deviceId: string) => Promise<string | null>;

/** @param load names of an event's devices, by deviceId */
export const deviceNames = (
  load: (event: string) => Promise<ReadonlyMap<string, string>>,
  clock: () => number,
): DeviceNameOf => {
  const unread = (_: string, error: unknown) =>
    log.warn('names of devices are not known', { error: String(error) });
  const names = cached(load, {
    maxAgeMs: MAX_AGE_MS,
    staleIfErrorMs: STALE_IF_ERROR_MS,
    onStale: unread,
    clock,
  });
  return async (event, deviceId) => {
    try {
      const known = (await names(event)).get(deviceId);
      return known ?? (await names(event, UNKNOWN_MAX_AGE_MS)).get(deviceId) ?? null;
    } catch (error) {
      unread(event, error);
      return null;
    }
  };
};
