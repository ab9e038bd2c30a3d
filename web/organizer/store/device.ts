import type { ApiBody } from '../../../shared/client/api.ts';

export type Device = ApiBody<'GET /v1/events/{event}/devices'>['items'][number];

const SILENT_MS = 5 * 60_000;

export const isSilent = ({ paired, revokedAt, lastSeenAt }: Device, at: number): boolean =>
  paired && !revokedAt && lastSeenAt !== null && at - Date.parse(lastSeenAt) >= SILENT_MS;

/** Devices at the doors of a session that keep its count from being complete. */
export const behindAt = (devices: readonly Device[], sessionId: string, at: number): Device[] =>
  devices.filter(
    (device) =>
      !device.revokedAt &&
      (device.sessions?.includes(sessionId) ?? true) &&
      (isSilent(device, at) || (device.queued ?? 0) > 0),
  );
