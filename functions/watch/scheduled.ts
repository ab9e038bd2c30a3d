import { driftNotice } from '../../shared/contract/notices.ts';
import { log } from '../../shared/runtime/log.ts';
import { verifyAll } from '../../shared/store/verification.ts';
import type { ScheduledDeps } from './deps.ts';
import { watchDevices } from './silent-devices.ts';

/** Verified as long after its end as devices may still upload, in ms. */
const VERIFIED_AFTER_END_MS = 24 * 60 * 60_000;

/** Each minute: devices that are silent though they are needed. */
export const everyMinute = async (deps: ScheduledDeps): Promise<void> => {
  for (const event of await deps.events()) {
    if (await deps.event(event)) await watchDevices(deps, event);
  }
};

/** Each quarter of an hour: whether every count of what runs or has just run equals its records. */
export const verifyCounts = async (deps: ScheduledDeps): Promise<void> => {
  let [checked, drifted, stalled] = [0, 0, 0];
  for (const event of await deps.events()) {
    if (!(await deps.event(event))) continue;
    const now = deps.clock();
    const { sessions } = await deps.programme(event);
    const recent = sessions.filter(
      ({ startsAt, endsAt }) =>
        Date.parse(startsAt) <= now && now <= Date.parse(endsAt) + VERIFIED_AFTER_END_MS,
    );
    const { drift, ...rest } = await verifyAll(deps, event, recent, { repair: false });
    checked += rest.checked;
    drifted += drift.length;
    stalled += rest.stalled;
    for (const found of drift) {
      await deps.send(driftNotice(event, found, new Date(now).toISOString(), now));
      const { what, sessionId, shard } = found;
      log.error('a count differs from its records', { event, what, sessionId, shard });
    }
  }
  deps.measured({ checked, drifted, stalled });
};
