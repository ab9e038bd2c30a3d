import { silentNotice } from '../../shared/contract/notices.ts';
import { isSilent, serves } from '../../shared/domain/silent-device.ts';
import type { ScheduledDeps } from './deps.ts';

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
    const { deviceId, name, lastSeenAt, lastScanAt, queued } = device;
    const needed = running.filter(({ sessionId }) => serves(device, sessionId));
    const neededSince = Math.min(...needed.map(({ startsAt }) => Date.parse(startsAt)));
    if (lastSeenAt === null || needed.length === 0 || !isSilent(device, now, neededSince)) continue;
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
