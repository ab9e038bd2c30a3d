import type { Device } from '../../shared/contract/devices.ts';
import { silentNotice } from '../../shared/contract/notices.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import type { ScheduledDeps } from './scheduled.ts';

/** A device that is not heard of for this long while it is needed counts as silent, in ms. */
const SILENT_AFTER_MS = 5 * 60_000;

/** Sessions that the device may scan for and that run now. */
const inScope = (device: Device, running: readonly StoredSession[]): StoredSession[] =>
  running.filter(({ sessionId }) => device.sessions?.includes(sessionId) ?? true);

/** Tells once of each silence of a device while a session in its scope runs. */
export const watchDevices = async (deps: ScheduledDeps, event: string): Promise<number> => {
  const now = deps.clock();
  const { sessions } = await deps.programme(event);
  const running = sessions.filter(
    ({ startsAt, endsAt, cancelled }) =>
      !cancelled && Date.parse(startsAt) <= now && now <= Date.parse(endsAt),
  );
  if (running.length === 0) return 0;
  let told = 0;
  for (const device of await deps.devices(event)) {
    const { deviceId, name, paired, revokedAt, lastSeenAt, lastScanAt, queued } = device;
    if (!paired || revokedAt !== null || lastSeenAt === null) continue;
    const needed = inScope(device, running);
    // A device that was switched off overnight has 5 minutes from when it is needed.
    const neededSince = Math.min(...needed.map(({ startsAt }) => Date.parse(startsAt)));
    if (needed.length === 0 || now - Math.max(Date.parse(lastSeenAt), neededSince) <= SILENT_AFTER_MS)
      continue;
    const data = {
      deviceId,
      name,
      lastSeenAt,
      lastScanAt,
      queued,
      sessions: needed.map(({ sessionId }) => sessionId),
    };
    const outcome = await deps.ledger.once(event, `silent#${deviceId}`, lastSeenAt, () =>
      deps.send(silentNotice(event, data, now)),
    );
    if (outcome === 'sent') told += 1;
  }
  return told;
};
